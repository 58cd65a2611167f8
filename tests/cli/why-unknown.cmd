# scene: closet
reops why r-7
