# scene: quiet
reops reload
