# scene: none
reops runs --flwo x
