# scene: closet
reops ready
reops ready closet-heat
