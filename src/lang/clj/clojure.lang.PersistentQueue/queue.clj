;; SPDX-License-Identifier: Apache-2.0
;; The queue without elements; conj adds at its end, peek and pop are at its front.
(def EMPTY (clojure.core/empty-queue*))
