reops_fuzzer(sim_log DEPS providers)
target_include_directories(fuzz_sim_log PRIVATE ${CMAKE_SOURCE_DIR})
