; Solar: more than 10 kW from the roof, and the mining machines start; big-iron first, which they
; run on. A host that is named twice counts once.

(def mining-pool (Hosts. {} ["coin-1" "coin-1" "big-iron"]))

(def mining
  (run (sensor :event :power)
       | (pick (fn [kw] (> kw 10)))
       | (start mining-pool)))
