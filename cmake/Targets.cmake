# sas_library(NAME SOURCES a.cpp … [PUBLIC dep …] [PRIVATE dep …]): the target sas_NAME, one for each folder.
# A folder may include only what its target links; scripts/check-layers checks that.
function(sas_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  if(ARG_SOURCES)
    # Built only if a program or a test needs it.
    add_library(sas_${name} STATIC EXCLUDE_FROM_ALL ${ARG_SOURCES})
    target_link_libraries(sas_${name} PUBLIC sas_build_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  else()
    add_library(sas_${name} INTERFACE)
    target_link_libraries(sas_${name} INTERFACE sas_build_flags ${ARG_PUBLIC})
  endif()
endfunction()

# sas_test(NAME SOURCES a_test.cpp … DEPS dep … [LABELS label …] [TIMEOUT seconds] [SINGLE_THREADED]): a GoogleTest
# program; each of its cases is a CTest test. SINGLE_THREADED: our code in it uses one thread, so it is not built for
# ThreadSanitizer.
function(sas_test name)
  if(NOT SAS_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "SINGLE_THREADED" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(ARG_SINGLE_THREADED AND SAS_SANITIZE MATCHES "thread")
    return()
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  # An end-to-end test uses the whole machine, so it runs alone.
  set(serial FALSE)
  if("e2e" IN_LIST ARG_LABELS)
    set(serial TRUE)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE sas_build_flags ${ARG_DEPS} GTest::gmock_main)
  # A test's own code is not worth the optimiser's time: a third of what compiling it takes, a quarter with a sanitizer.
  target_compile_options(${name} PRIVATE -O0)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  gtest_discover_tests(${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} RUN_SERIAL ${serial})
endfunction()
