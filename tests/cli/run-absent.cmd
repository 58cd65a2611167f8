# scene: none
reops run nowhere.clj
