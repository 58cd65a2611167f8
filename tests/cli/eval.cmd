# scene: none
reops -e '(map inc [1 2 3])'
reops -e '(println "to standard output")'
reops -e -5
reops eval '{:a 1}' --json
