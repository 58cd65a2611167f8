# scene: none
reops emit temperature
