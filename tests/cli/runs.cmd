# scene: closet
reops runs
reops runs --host foo --limit 1
reops runs --flow solar
