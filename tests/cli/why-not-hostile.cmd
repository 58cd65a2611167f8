# scene: trouble
reops why-not temperature/attic
