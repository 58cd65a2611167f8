# scene: open
reops hosts
