# The models on real faces, and the commands that manage them.
sas_library(vision_test_support
  SOURCES vision_support.cpp
  PUBLIC sas_vision sas_test_files
  PRIVATE opencv_videoio)
target_include_directories(sas_vision_test_support PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
target_compile_definitions(sas_vision_test_support PUBLIC
  SAS_TEST_MODELS_DIR="${CMAKE_BINARY_DIR}/tests/models" SAS_TEST_DEPS_DIR="${SAS_DEPS_DIR}")

sas_test(vision_accuracy_test SOURCES vision_accuracy_test.cpp DEPS sas_vision_test_support LABELS functional
  SINGLE_THREADED)
sas_test(vision_engine_test SOURCES vision_engine_test.cpp
  DEPS sas_vision_test_support sas_vision_onnx opencv_imgproc LABELS functional)
sas_test(vision_commands_test
  SOURCES vision_commands_test.cpp
  DEPS sas_vision_test_support sas_vision_onnx attend_commands LABELS functional SINGLE_THREADED)
