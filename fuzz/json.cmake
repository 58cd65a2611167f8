reops_fuzzer(json DEPS data)
