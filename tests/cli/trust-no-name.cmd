# scene: none
reops trust "$(id)" --yes
