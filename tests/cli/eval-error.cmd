# scene: none
reops -e '(defn f [x] (/ x 0)) (f 3)'
