# scene: none
reops
reops why --help
reops help emit
