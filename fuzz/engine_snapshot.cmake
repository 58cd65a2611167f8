reops_fuzzer(engine_snapshot DEPS engine)
target_include_directories(fuzz_engine_snapshot PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(fuzz_engine_snapshot PRIVATE fmt::fmt)
