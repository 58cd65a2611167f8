# tests-of-threads: the test programs of the folders in which threads meet (`make tsan`).
if(REOPS_TESTS)
  add_custom_target(tests-of-threads)
  foreach(name io runtime store)
    if(TARGET ${name}_test)
      add_dependencies(tests-of-threads ${name}_test)
    endif()
  endforeach()
endif()
