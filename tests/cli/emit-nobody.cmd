# scene: quiet
reops emit temperatur 71
