reops_fuzzer(edn DEPS data)
