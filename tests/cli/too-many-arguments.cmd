# scene: none
reops why r-1 r-2
