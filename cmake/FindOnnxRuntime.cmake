# Defines OnnxRuntime::OnnxRuntime: what scripts/setup put into .deps, which is Microsoft's library from the npm package
# onnxruntime-node and Debian's headers. A library that the distribution packages is not looked for (docs/adr/0090); for
# another build of it, such as one with CUDA, set OnnxRuntime_LIBRARY and OnnxRuntime_INCLUDE_DIR.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(_ort_arch arm64)
else()
  set(_ort_arch x64)
endif()

find_path(OnnxRuntime_INCLUDE_DIR onnxruntime_cxx_api.h
  PATHS "${SAS_DEPS_DIR}/onnxruntime/include" NO_DEFAULT_PATH)
find_file(OnnxRuntime_LIBRARY libonnxruntime.so.1
  PATHS "${SAS_DEPS_DIR}/node_modules/onnxruntime-node/bin/napi-v6/linux/${_ort_arch}" NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OnnxRuntime REQUIRED_VARS OnnxRuntime_LIBRARY OnnxRuntime_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup, which fetches it into .deps")

if(OnnxRuntime_FOUND AND NOT TARGET OnnxRuntime::OnnxRuntime)
  add_library(OnnxRuntime::OnnxRuntime SHARED IMPORTED)
  set_target_properties(OnnxRuntime::OnnxRuntime PROPERTIES
    IMPORTED_LOCATION "${OnnxRuntime_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${OnnxRuntime_INCLUDE_DIR}")
endif()
