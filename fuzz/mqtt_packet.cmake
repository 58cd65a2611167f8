reops_fuzzer(mqtt_packet DEPS wire)
target_sources(fuzz_mqtt_packet PRIVATE ${CMAKE_SOURCE_DIR}/tests/wire/mqtt/describe.cc)
target_include_directories(fuzz_mqtt_packet PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(fuzz_mqtt_packet PRIVATE fmt::fmt)
