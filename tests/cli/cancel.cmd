# scene: open
reops cancel r-1
reops cancel r-9
