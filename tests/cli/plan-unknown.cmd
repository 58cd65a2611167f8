# scene: quiet
reops plan closet-haet
