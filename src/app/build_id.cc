// SPDX-License-Identifier: Apache-2.0
#include "app/build_id.hh"

#include <cstring>
#include <string_view>

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

namespace reops::app {

namespace {

constexpr std::size_t padded(std::size_t bytes)
{
    return (bytes + 3U) & ~std::size_t{3};
}

/// Notes stand one behind the other: header, name, description, each padded to four bytes.
std::string find_build_id(std::string_view notes)
{
    while (notes.size() >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) header;
        std::memcpy(&header, notes.data(), sizeof header);
        const std::size_t name_at = sizeof header;
        const std::size_t text_at = name_at + padded(header.n_namesz);
        const std::size_t end = text_at + padded(header.n_descsz);
        if (end > notes.size())
            return {};
        if (header.n_type == NT_GNU_BUILD_ID &&
            notes.substr(name_at, header.n_namesz) == std::string_view{"GNU\0", 4}) {
            std::string hex;
            for (const char byte : notes.substr(text_at, header.n_descsz))
                hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
            return hex;
        }
        notes.remove_prefix(end);
    }
    return {};
}

int look_at(dl_phdr_info* object, std::size_t, void* result)
{
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& part = object->dlpi_phdr[i];
        if (part.p_type != PT_NOTE)
            continue;
        // The loader says where the part lies; there is no other way to it than its number.
        // NOLINTNEXTLINE(performance-no-int-to-ptr): for that reason
        const auto* begin = reinterpret_cast<const char*>(object->dlpi_addr + part.p_vaddr);
        std::string found = find_build_id({begin, part.p_memsz});
        if (!found.empty()) {
            *static_cast<std::string*>(result) = std::move(found);
            break;
        }
    }
    return 1;  // the first object is the program itself
}

}  // namespace

std::string build_id()
{
    std::string id;
    ::dl_iterate_phdr(look_at, &id);
    return id;
}

}  // namespace reops::app
