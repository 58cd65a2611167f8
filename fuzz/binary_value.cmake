reops_fuzzer(binary_value DEPS data)
