reops_fuzzer(known_hosts DEPS remote)
