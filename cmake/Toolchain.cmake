# One language level, one set of warnings, one place for programs.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(sas_build_flags INTERFACE)
target_compile_options(sas_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow=local -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference
  -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of g++ 12 inside coroutine frames and std::string.
  target_compile_options(sas_build_flags INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict
    -Wno-mismatched-new-delete)
endif()
if(CMAKE_UNITY_BUILD)
  # Unity builds include the source files, and g++ warns about a class in an included file that has a member of an
  # anonymous namespace. Here such a file is included once, so the warning does not apply.
  target_compile_options(sas_build_flags INTERFACE -Wno-subobject-linkage)
endif()
# Compile for the baseline of the architecture, so that one binary runs everywhere; faster kernels are chosen at run time.
target_include_directories(sas_build_flags INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_compile_definitions(sas_build_flags INTERFACE SAS_VERSION="${PROJECT_VERSION}")

if(SAS_SANITIZE)
  target_compile_options(sas_build_flags INTERFACE -fsanitize=${SAS_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(sas_build_flags INTERFACE -fsanitize=${SAS_SANITIZE})
  if(SAS_SANITIZE MATCHES "undefined")
    # Checking every pointer access doubles the compile time of a coroutine over Asio, and AddressSanitizer finds null
    # pointers anyway. Targets that handle raw memory set SAS_ALL_CHECKS and keep all checks.
    target_compile_options(sas_build_flags INTERFACE
      "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:SAS_ALL_CHECKS>>>:-fno-sanitize=null,alignment,object-size,vptr,pointer-overflow>")
  endif()
  if(SAS_SANITIZE MATCHES "thread")
    # g++ warns that it does not model atomic_thread_fence, which Asio and Highway use correctly.
    target_compile_options(sas_build_flags INTERFACE -Wno-tsan)
  endif()
endif()

find_program(SAS_MOLD mold)
if(SAS_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1)
  add_link_options(-fuse-ld=mold)
endif()
