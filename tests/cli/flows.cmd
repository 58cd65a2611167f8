# scene: closet
reops flows
