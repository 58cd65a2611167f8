reops_fuzzer(frame DEPS engine)
