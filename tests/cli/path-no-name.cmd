# scene: none
reops path "a b"
