# scene: open
reops why r-1
