reops_fuzzer(sensor_payload DEPS sources)
