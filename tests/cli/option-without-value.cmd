# scene: none
reops runs --limit
