;; SPDX-License-Identifier: Apache-2.0
;; Reading data.
(defn read-string
  "The first value that a text spells. Options: :readers, :default, :eof.
  (clojure.edn/read-string \"{:a [1 2]}\") ; => {:a [1 2]}"
  ([s] (read-string {:eof nil} s))
  ([opts s] (when s (clojure.core/read-edn* opts s))))
