# scene: closet
reops release foo
reops release fooo
