# Defines OnnxRuntime::OnnxRuntime. A system package (Debian 13, Ubuntu 25.04) is preferred; otherwise what scripts/setup
# put into .deps: Microsoft's library from the npm package onnxruntime-node and Debian's headers.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(_ort_arch arm64)
else()
  set(_ort_arch x64)
endif()

find_path(OnnxRuntime_INCLUDE_DIR onnxruntime_cxx_api.h
  HINTS "${SAS_DEPS_DIR}/onnxruntime/include" PATH_SUFFIXES onnxruntime)
find_file(OnnxRuntime_LIBRARY NAMES libonnxruntime.so.1 libonnxruntime.so
  HINTS "${SAS_DEPS_DIR}/node_modules/onnxruntime-node/bin/napi-v6/linux/${_ort_arch}"
  PATHS /usr/lib /usr/local/lib "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OnnxRuntime REQUIRED_VARS OnnxRuntime_LIBRARY OnnxRuntime_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup, which fetches it into .deps")

if(OnnxRuntime_FOUND AND NOT TARGET OnnxRuntime::OnnxRuntime)
  add_library(OnnxRuntime::OnnxRuntime SHARED IMPORTED)
  set_target_properties(OnnxRuntime::OnnxRuntime PROPERTIES
    IMPORTED_LOCATION "${OnnxRuntime_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${OnnxRuntime_INCLUDE_DIR}")
endif()
