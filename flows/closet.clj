; The closet: when the room gets too hot, its machines are shut down, guests before the hypervisor
; that they run on, and a mail says so.

(def closet (Hosts. {} ["foo" "bar" "big-iron"]))

; hold-for guards against a single wild reading: it must have been too hot for half a minute.
(def closet-heat
  (run (sensor :event :temperature)
       | (pick (fn [t] (> t 70)))
       | (hold-for (seconds 30))
       | (stop closet)
       | (email to-from "stopped all closet instances, room too hot")))
