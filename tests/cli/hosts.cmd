# scene: closet
reops hosts
