# scene: none
reops version
reops version --json
