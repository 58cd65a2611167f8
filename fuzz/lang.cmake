reops_fuzzer(lang DEPS lang)
