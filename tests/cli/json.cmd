# scene: closet
reops flows --json
reops runs --json
reops hosts --json
reops why-not closet-heat --json
reops emit temperature 60 --key closet --json
