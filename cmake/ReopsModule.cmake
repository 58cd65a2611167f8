# reops_module(NAME DEPS a b ...): one folder under src/ becomes one static library.
# A folder that does not exist yet is left out, so the whole graph can stand in CMakeLists.txt.
add_library(reops_options INTERFACE)
target_include_directories(reops_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(reops_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough $<$<BOOL:${REOPS_WERROR}>:-Werror>>)
target_compile_definitions(reops_options INTERFACE $<$<BOOL:${REOPS_CHECKED}>:REOPS_CHECKED=1>)
# The build id stands for the C++ functions in a flow's version (src/app/build_id.hh).
target_link_options(reops_options INTERFACE -Wl,--build-id=sha1)
if(REOPS_SANITIZE)
  target_compile_options(reops_options INTERFACE -fsanitize=${REOPS_SANITIZE} -fno-sanitize-recover=undefined)
  # g++ 12 says this of any std::optional under -fsanitize (GCC bug 80635); dev and release have it.
  target_compile_options(reops_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(REOPS_SANITIZE MATCHES thread)
    # The thread sanitizer does not understand fences; Asio's queues have their mutexes besides.
    target_compile_definitions(reops_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
  target_link_options(reops_options INTERFACE -fsanitize=${REOPS_SANITIZE})
endif()
set(REOPS_HEADER_PROBES "" CACHE INTERNAL "")

# Every header compiles alone, and twice.
function(reops_header_probes name)
  set(probes "")
  foreach(header ${ARGN})
    file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR}/src ${header})
    string(REPLACE "/" "_" probe ${relative})
    set(path ${CMAKE_BINARY_DIR}/header-probes/${probe}.cc)
    file(CONFIGURE OUTPUT ${path} CONTENT "#include \"${relative}\"\n#include \"${relative}\"\n")
    list(APPEND probes ${path})
  endforeach()
  if(probes)
    add_library(reops_${name}_headers OBJECT EXCLUDE_FROM_ALL ${probes})
    target_link_libraries(reops_${name}_headers PRIVATE reops_${name})
    set(REOPS_HEADER_PROBES "${REOPS_HEADER_PROBES};reops_${name}_headers" CACHE INTERNAL "")
  endif()
endfunction()

# tests/unit/NAME/*_test.cc become one binary NAME_test.
function(reops_unit_tests name)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${name}/*_test.cc)
  if(tests)
    find_package(GTest REQUIRED)
    include(GoogleTest)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name}_test PRIVATE reops_${name} reops_test_support GTest::gtest_main)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}/" DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS unit TIMEOUT 60)
  endif()
endfunction()

# The library's part in the language itself becomes bytes in the binary.
function(reops_embed_language)
  set(root ${CMAKE_SOURCE_DIR}/src/lang/clj)
  set(out ${CMAKE_BINARY_DIR}/embedded_language.cc)
  file(GLOB_RECURSE texts CONFIGURE_DEPENDS ${root}/*.clj)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DROOT=${root} -DOUT=${out} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedLanguage.cmake
    DEPENDS ${texts} ${CMAKE_SOURCE_DIR}/cmake/EmbedLanguage.cmake VERBATIM)
  set(REOPS_GENERATED_lang ${out} PARENT_SCOPE)
endfunction()

# The flow library's half in the language: lib/reops/*.clj, in order of name, as one text.
function(reops_embed_flow_library)
  file(GLOB texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lib/reops/*.clj)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${texts})
  set(all "")
  foreach(text ${texts})
    file(READ ${text} one)
    string(APPEND all "${one}")
  endforeach()
  set(out ${CMAKE_BINARY_DIR}/flow_library.cc)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT [[// Made from lib/reops/*.clj.
#include "library/program.hh"

std::string_view reops::library::Program::library_source()
{
    return R"reops(@all@)reops";
}
]])
  set(REOPS_GENERATED_library ${out} PARENT_SCOPE)
endfunction()

function(reops_module name)
  cmake_parse_arguments(M "" "" "DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cc)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.hh)
  list(FILTER sources EXCLUDE REGEX "/main_[a-z_]+\\.cc$")
  foreach(apart ${REOPS_APART_${name}})
    list(FILTER sources EXCLUDE REGEX "/src/${name}/${apart}/")
  endforeach()
  if(NOT sources)
    return()
  endif()
  list(APPEND sources ${REOPS_GENERATED_${name}})
  add_library(reops_${name} STATIC ${sources} ${headers})
  target_link_libraries(reops_${name} PUBLIC reops_options)
  target_link_libraries(reops_${name} PRIVATE ${REOPS_LIBS_${name}})
  foreach(dependency ${M_DEPS})
    if(TARGET reops_${dependency})
      target_link_libraries(reops_${name} PUBLIC reops_${dependency})
    endif()
  endforeach()
  reops_header_probes(${name} ${headers})
  if(REOPS_TESTS)
    reops_unit_tests(${name})
  endif()
endfunction()

if(REOPS_TESTS)
  add_library(reops_test_support INTERFACE)
  target_link_libraries(reops_test_support INTERFACE fmt::fmt)
endif()

# What every build checks: who includes whom, what is banned, and that the core does no I/O.
function(reops_check_targets)
  add_custom_target(check-headers DEPENDS ${REOPS_HEADER_PROBES})
  foreach(check layers bans)
    add_custom_target(check-${check} ALL
      COMMAND python3 ${CMAKE_SOURCE_DIR}/tools/check-${check}.py ${CMAKE_SOURCE_DIR})
  endforeach()
  reops_check_pure(base data hosts operations engine)
endfunction()

# With link-time optimisation only the compiler's own nm can read the objects.
function(reops_check_pure)
  set(nm ${CMAKE_NM})
  if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    find_program(REOPS_GCC_NM NAMES gcc-nm REQUIRED)
    set(nm ${REOPS_GCC_NM})
  endif()
  set(archives "")
  set(targets "")
  foreach(name ${ARGN})
    if(TARGET reops_${name})
      list(APPEND archives $<TARGET_FILE:reops_${name}>)
      list(APPEND targets reops_${name})
    endif()
  endforeach()
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/check-pure.stamp
    COMMAND python3 ${CMAKE_SOURCE_DIR}/tools/check-pure.py --nm ${nm} ${archives}
    COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/check-pure.stamp
    DEPENDS ${targets} ${CMAKE_SOURCE_DIR}/tools/check-pure.py VERBATIM)
  add_custom_target(check-pure ALL DEPENDS ${CMAKE_BINARY_DIR}/check-pure.stamp)
endfunction()

# reops_program(NAME SOURCE DEPS a b LIBS x y): a program whose main stands in src/.../main_*.cc.
function(reops_program name source)
  cmake_parse_arguments(P "" "" "DEPS;LIBS" ${ARGN})
  add_executable(${name} ${source})
  foreach(dependency ${P_DEPS})
    target_link_libraries(${name} PRIVATE reops_${dependency})
  endforeach()
  target_link_libraries(${name} PRIVATE reops_options ${P_LIBS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# fuzz/NAME.cc is one libFuzzer harness; its corpus is fuzz/corpus/NAME/.
function(reops_fuzzer name)
  cmake_parse_arguments(F "" "" "DEPS" ${ARGN})
  add_executable(fuzz_${name} ${CMAKE_SOURCE_DIR}/fuzz/${name}.cc)
  foreach(dependency ${F_DEPS})
    target_link_libraries(fuzz_${name} PRIVATE reops_${dependency})
  endforeach()
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()
