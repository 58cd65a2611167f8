; our closet instances (including the physical hypervisor big-iron)
(def closet (Hosts. {} ["foo" "bar" "big-iron"]))

; Stopping our closet instances when it gets too hot (beyond 70c)
(run (sensor :event :temperture) | (pick (fn [t] (> t 70)))  | (stop closet) | (email to-from "stopped all closet instances, room too hot"))
