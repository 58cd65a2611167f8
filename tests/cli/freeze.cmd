# scene: quiet
reops thaw
reops freeze
reops freeze
reops emit temperature 71.4 --key closet
reops thaw
reops thaw --json
reops why r-1
reops plan closet-heat 72 --key attic
reops thaw --yes
reops thaw --yes
