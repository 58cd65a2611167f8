# Writes the .clj files of src/lang/clj as a table of bytes: cmake -DOUT=... -DROOT=... -P this.
# A file's folder is its namespace.
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*.clj)
list(SORT files)
set(texts "")
set(rows "")
set(index 0)
foreach(file ${files})
  get_filename_component(space ${file} DIRECTORY)
  file(READ ${ROOT}/${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND texts "constexpr char text_${index}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${space}\", \"<${file}>\", {text_${index}, sizeof text_${index} - 1}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUT}.new "#include \"lang/embedded.hh\"\n
namespace reops::lang {\n\nnamespace {\n\n${texts}
constexpr EmbeddedSource table[] = {\n${rows}};\n\n}  // namespace\n
std::span<const EmbeddedSource> embedded_sources()\n{\n    return table;\n}\n
}  // namespace reops::lang\n")
file(RENAME ${OUT}.new ${OUT})
