reops_fuzzer(bencode DEPS wire)
