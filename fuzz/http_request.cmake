reops_fuzzer(http_request DEPS io)
