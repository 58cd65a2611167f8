# scene: closet
reops why-not temperatur
