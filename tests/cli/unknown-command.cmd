# scene: none
reops fluws
