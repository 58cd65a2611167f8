# scene: quiet
reops disarm solar
reops flows
