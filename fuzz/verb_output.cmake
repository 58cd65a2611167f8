reops_fuzzer(verb_output DEPS operations)
