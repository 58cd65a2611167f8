# scene: none
reops repl
