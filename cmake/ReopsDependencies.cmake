# Third-party libraries, all from Debian's packages (packaging/packages.txt lists them).
find_package(fmt 9 REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(simdjson REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(date REQUIRED)
find_package(pugixml REQUIRED)
find_package(libssh 0.10.6 REQUIRED)  # with the security updates of the distribution

# Which folder links what; the headers of these are allowed in that folder's .cc files only
# (tools/check-layers.py holds the list of headers per sub-folder).
set(REOPS_LIBS_base fmt::fmt)
set(REOPS_LIBS_wire fmt::fmt pugixml::pugixml)
set(REOPS_LIBS_mqtt fmt::fmt)
set(REOPS_LIBS_hosts fmt::fmt)
set(REOPS_LIBS_operations fmt::fmt)
set(REOPS_LIBS_remote ssh OpenSSL::Crypto fmt::fmt)
set(REOPS_LIBS_engine fmt::fmt)
set(REOPS_LIBS_data fmt::fmt simdjson::simdjson)
set(REOPS_LIBS_io Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads fmt::fmt)
set(REOPS_LIBS_sources fmt::fmt)
set(REOPS_LIBS_lang fmt::fmt gmp pcre2-8)
set(REOPS_LIBS_library fmt::fmt)
find_library(EDIT NAMES edit REQUIRED)
set(REOPS_LIBS_repl fmt::fmt ${EDIT} Threads::Threads)
set(REOPS_LIBS_store SQLite::SQLite3)
set(REOPS_LIBS_sinks CURL::libcurl)
set(REOPS_LIBS_app CLI11::CLI11 date::date date::date-tz)
# Sub-folders that are compiled into a program of their own and not into their folder's library.
set(REOPS_APART_providers libvirt)

# Paths are taken relative to the tree, so that checkouts in different folders share what they built.
find_program(CCACHE ccache)
if(CCACHE)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()
