# scene: quiet
reops shutdown
reops flows
