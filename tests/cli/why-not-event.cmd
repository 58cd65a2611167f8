# scene: closet
reops why-not e-6
