# scene: none
reops flows --json
