;; SPDX-License-Identifier: Apache-2.0
;; The half of the flow library that is written in the flow language. Loaded into reops.core, to
;; which every flow file refers.
(in-ns 'reops.core)

(defrecord Hosts [auth hosts])

(defn tofrom
  "Addresses of the configuration with a subject, as Re-ops wrote it.
  (email (tofrom \"room too hot\"))"
  [subject]
  (assoc to-from :subject subject))

(defn successful
  "For pick behind an action: the hosts that did what was asked.
  (pick successful)"
  [success failure hosts]
  (mapv :host success))

(defn failed
  "For pick behind an action: the hosts that did not do what was asked.
  (pick failed)"
  [success failure hosts]
  (vec (mapcat (fn [results] (map :host results)) (vals failure))))
