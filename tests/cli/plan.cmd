# scene: quiet
reops plan closet-heat 71.4 --key closet
reops plan closet-heat 60
