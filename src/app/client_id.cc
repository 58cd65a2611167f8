// SPDX-License-Identifier: Apache-2.0
#include "app/client_id.hh"

#include "io/files.hh"

#include <algorithm>

#include <fmt/format.h>

namespace reops::app {

namespace {

bool is_client_id(const std::string& text)
{
    constexpr std::string_view prefix = "reops-";
    return text.size() == prefix.size() + 8 && text.starts_with(prefix) &&
           std::all_of(text.begin() + prefix.size(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

}  // namespace

Result<std::string> own_client_id(const std::string& state, Random& random)
{
    const std::string path = state + "/client-id";
    auto text = io::read_file(path, 64);
    if (text.ok()) {
        while (text->ends_with('\n'))
            text->pop_back();
        if (is_client_id(*text))
            return *text;
    } else if (text.failure().code != Code::not_found) {
        return text.failure();
    }
    std::string id = fmt::format("reops-{:08x}", static_cast<std::uint32_t>(random.next()));
    if (auto written = io::write_file_atomically(path, id + "\n"); !written.ok())
        return written.failure();
    return id;
}

}  // namespace reops::app
