# scene: closet
reops why r-1 --trace
