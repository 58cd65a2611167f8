// SPDX-License-Identifier: Apache-2.0
// Any text as a configuration: it is read, or refused with a report that shows no secret.
#include "app/config.hh"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

reops::app::Surroundings surroundings()
{
    return {.environment = {{"HOME", "/home/me"}, {"NAME", "value"}, {"REOPS_PROFILE", "home"}},
            .is_root = false};
}

void require(bool good)
{
    if (!good)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    // #file and #include may name any file: what is fuzzed is the text, not the disk.
    if (text.find("#include") != std::string_view::npos ||
        text.find("#file") != std::string_view::npos)
        return 0;
    const std::string hidden = reops::app::hide_secrets(text);
    require(hidden.size() == text.size());
    for (std::size_t i = 0; i < size; ++i)
        require(hidden[i] == text[i] || hidden[i] == '*');
    const auto config = reops::app::read_config(text, "/etc/reops/reops.edn", surroundings());
    if (!config.ok()) {
        require(config.failure().message.starts_with("error: "));
        return 0;
    }
    require(!config->state.empty() && !config->socket.empty());
    require(config->limits.share >= 0 && config->limits.share <= 1);
    return 0;
}
