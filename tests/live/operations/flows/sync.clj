;; SPDX-License-Identifier: Apache-2.0
(def box (Hosts. {} ["box"]))

(def sync-box
  (run (sensor :event :temperature)
       | (pick (fn [t] (> t 70)))
       | (exec box "echo begun >>log; while [ ! -e go ]; do sleep 0.05; done; wc -l <log")
       | (pick (fn [lines] (= "1\n" lines)))
       | (email "synced")))
