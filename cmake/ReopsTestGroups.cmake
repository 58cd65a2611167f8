# tests-of-threads: the test programs of the folders in which threads meet (`make tsan`).
if(REOPS_TESTS)
  add_custom_target(tests-of-threads)
  foreach(name io runtime sinks store)
    if(TARGET ${name}_test)
      add_dependencies(tests-of-threads ${name}_test)
    endif()
  endforeach()
endif()

# fuzz-targets: the harnesses and what they need, not the programs (`make fuzz`).
if(REOPS_FUZZ)
  add_custom_target(fuzz-targets)
  get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
  list(FILTER targets INCLUDE REGEX "^fuzz_")
  if(targets)
    add_dependencies(fuzz-targets ${targets})
  endif()
endif()
