# scene: none
reops -e '(doc pick)'
reops -e '(doc map)'
reops -e '(doc clojure.string)'
reops -e '(doc zork)'
reops -e '(apropos "partition")'
reops -e '(find-doc "their hypervisor")'
