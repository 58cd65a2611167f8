# scene: paused
reops flows
reops resume closet-heat
reops flows
