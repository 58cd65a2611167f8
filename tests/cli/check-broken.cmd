# scene: files
reops check mine
