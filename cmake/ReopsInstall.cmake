# What `make install` brings: programs, unit, sample configuration, documents.
# PREFIX/bin/reops, PREFIX/libexec/reops/ for the programs that reops starts itself,
# PREFIX/lib/systemd/system/reops.service, PREFIX/share/reops/.

get_property(programs DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
foreach(program ${programs})
  if(program MATCHES "^reops-(provider-.*|closet)$")
    install(TARGETS ${program} RUNTIME DESTINATION libexec/reops)
  elseif(program MATCHES "^reops(-agent)?$")
    install(TARGETS ${program} RUNTIME DESTINATION bin)
  endif()
endforeach()

# The unit names paths, and the prefix is only known at installation (cmake --install --prefix).
install(CODE "
  set(BINDIR \"\${CMAKE_INSTALL_PREFIX}/bin\")
  set(SHAREDIR \"\${CMAKE_INSTALL_PREFIX}/share/reops\")
  configure_file(\"${CMAKE_SOURCE_DIR}/packaging/reops.service\"
    \"${CMAKE_BINARY_DIR}/packaging/reops.service\" @ONLY)")
install(FILES ${CMAKE_BINARY_DIR}/packaging/reops.service DESTINATION lib/systemd/system)
install(DIRECTORY examples/ DESTINATION share/reops/examples FILES_MATCHING PATTERN "*.cc")
install(FILES packaging/reops.edn LICENSE README.md SECURITY.md DESTINATION share/reops OPTIONAL)
