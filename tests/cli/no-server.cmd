# scene: none
reops flows
