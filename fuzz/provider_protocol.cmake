reops_fuzzer(provider_protocol DEPS providers)
