# scene: closet
reops ready closet-haet
