reops_fuzzer(journal_segment DEPS store)
