# scene: trouble
reops why r-1
