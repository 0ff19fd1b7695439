# sas_embed_files(TARGET NAMESPACE ns FILES f …): links the bytes of each file into TARGET and generates the header
# "embedded/<ns>.h", which declares
#   namespace sas::embedded::<ns> { std::span<const File> files(); }   // in the order given
# where File is {std::string_view name; std::string_view bytes}. It uses the assembler's .incbin, so
# megabytes cost no compile time.
function(sas_embed_files target)
  cmake_parse_arguments(ARG "" "NAMESPACE" "FILES" ${ARGN})
  set(dir "${CMAKE_CURRENT_BINARY_DIR}/embedded")
  set(ns "${ARG_NAMESPACE}")
  set(header "${dir}/embedded/${ns}.h")
  set(source "${dir}/${ns}.cpp")
  set(assembly "${dir}/${ns}.S")
  set(asm "")
  set(externs "")
  set(rows "")
  set(paths "")
  set(index 0)
  foreach(file IN LISTS ARG_FILES)
    get_filename_component(path "${file}" ABSOLUTE)
    get_filename_component(name "${file}" NAME)
    list(APPEND paths "${path}")
    set(symbol "sas_embedded_${ns}_${index}")
    string(APPEND asm ".global ${symbol}_begin\n.global ${symbol}_end\n.balign 16\n${symbol}_begin:\n.incbin \"${path}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND externs "extern const char ${symbol}_begin[];\nextern const char ${symbol}_end[];\n")
    string(APPEND rows "    File{\"${name}\", {${symbol}_begin, static_cast<std::size_t>(${symbol}_end - ${symbol}_begin)}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT "${assembly}" CONTENT ".section .rodata\n${asm}.section .note.GNU-stack,\"\",%progbits\n" @ONLY)
  file(CONFIGURE OUTPUT "${header}" CONTENT "#pragma once
#include <span>

#include \"base/embedded_file.h\"

namespace sas::embedded::${ns} {
using File = EmbeddedFile;
[[nodiscard]] std::span<const File> files();
}  // namespace sas::embedded::${ns}
" @ONLY)
  file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"embedded/${ns}.h\"

#include <array>

extern \"C\" {
${externs}}

namespace sas::embedded::${ns} {
std::span<const File> files() {
  static const std::array<File, ${index}> kFiles{
${rows}  };
  return kFiles;
}
}  // namespace sas::embedded::${ns}
" @ONLY)
  set_source_files_properties("${assembly}" PROPERTIES OBJECT_DEPENDS "${paths}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${paths})
  target_sources(${target} PRIVATE "${source}" "${assembly}")
  target_include_directories(${target} PUBLIC "${dir}")
endfunction()
