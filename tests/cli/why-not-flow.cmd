# scene: closet
reops why-not closet-heat
