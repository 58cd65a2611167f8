# scene: none
reops runs --socket nowhere.sock
