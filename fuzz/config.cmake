reops_fuzzer(config DEPS app)
