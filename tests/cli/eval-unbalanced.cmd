# scene: none
reops -e '(+ 1 2'
