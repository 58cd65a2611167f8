;; SPDX-License-Identifier: Apache-2.0
;; Asks the nREPL server at a unix socket through nREPL's own client, one operation after the other,
;; and prints what came back, a line each.
(require '[nrepl.core :as nrepl])

(def deadline-ms 20000)

(defn said [responses] (dissoc (nrepl/combine-responses responses) :id :session))

(with-open [transport (nrepl/connect :socket (first *command-line-args*))]
  (let [client (nrepl/client transport deadline-ms)
        ask (fn [message] (doall (nrepl/message client message)))
        id (:new-session (said (ask {:op "clone"})))
        in (fn [message] (ask (assoc message :session id)))
        show (fn [what value] (println (str what ": " (pr-str value))))]
    (show "describe" (sort (map name (keys (:ops (said (ask {:op "describe"})))))))
    (show "values" (nrepl/response-values (in {:op "eval" :code "(+ 1 2) (map inc [1 2])"})))
    (show "out" (:out (said (in {:op "eval" :code "(println \"over\" 70)"}))))
    (show "define" (nrepl/response-values (in {:op "eval" :code "(defn square \"x by x\" [x] (* x x)) (square 12)"})))
    (show "star" (nrepl/response-values (in {:op "eval" :code "*1"})))
    (show "namespace" (:ns (said (in {:op "eval" :code "(in-ns 'flows.closet)"}))))
    (show "closet" (nrepl/response-values (in {:op "eval" :code "(:hosts closet)"})))
    (show "user" (:ns (said (in {:op "eval" :code "(in-ns 'user)"}))))
    (let [answer (said (in {:op "eval" :code "(nope)"}))]
      (show "error" (select-keys answer [:status]))
      (show "error-text" (:err answer)))
    (show "load-file" (nrepl/response-values
                       (in {:op "load-file" :file "(def from-file 7)\n(inc from-file)"
                            :file-path "extra.clj" :file-name "extra.clj"})))
    (show "completions" (sort (map :candidate (:completions (said (in {:op "completions" :prefix "squ"}))))))
    (show "lookup" (select-keys (:info (said (in {:op "lookup" :sym "square"}))) [:doc :arglists-str :name]))
    (let [endless (future (said (in {:op "eval" :code "(loop [] (recur))" :id "endless"})))]
      (loop [tries 0]
        (let [status (set (:status (said (in {:op "interrupt" :interrupt-id "endless"}))))]
          (when (and (status "session-idle") (< tries 1000)) (recur (inc tries)))))
      (show "interrupted" (contains? (set (:status (deref endless deadline-ms {}))) "interrupted")))
    (show "alive" (nrepl/response-values (in {:op "eval" :code "(square 3)"})))
    (show "sessions" (contains? (set (:sessions (said (ask {:op "ls-sessions"})))) id))
    (show "flow" (nrepl/response-values
                  (in {:op "eval" :code "(def warm (run (sensor :event :temperature) | (pick (fn [t] (> t 30))) | (publish \"warm\")))"})))
    (show "close" (:status (said (in {:op "close"}))))
    (show "closed" (:status (said (in {:op "eval" :code "1"}))))))
(shutdown-agents)
