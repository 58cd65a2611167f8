# The reader of the configuration alone: the rest of the program's folder would have to be built with
# every sanitizer for nothing.
file(GLOB config_sources ${CMAKE_SOURCE_DIR}/src/app/config*.cc)
reops_fuzzer(config DEPS base data io hosts)
target_sources(fuzz_config PRIVATE ${config_sources} ${CMAKE_SOURCE_DIR}/src/app/hide_secrets.cc
                                   ${CMAKE_SOURCE_DIR}/src/app/zone.cc
                                   ${CMAKE_SOURCE_DIR}/src/sources/sensor/mapping.cc)
target_link_libraries(fuzz_config PRIVATE fmt::fmt date::date date::date-tz)
