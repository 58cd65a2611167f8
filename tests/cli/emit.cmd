# scene: quiet
reops emit temperature 69.5 --key closet
reops emit temperature -5
reops emit temperature 71.4 --key closet
