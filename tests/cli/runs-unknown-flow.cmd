# scene: closet
reops runs --flow closet-heet
