// SPDX-License-Identifier: Apache-2.0
/// @file reops-provider-sim: simulated machines behind the provider seam, and a few commands to
/// look at them. Its folder is its only state; see store.hh.

#include "io/system_clock.hh"
#include "providers/sim/commands.hh"
#include "providers/sim/serve.hh"
#include "providers/sim/store.hh"

#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace {

constexpr std::string_view usage =
    "use: reops-provider-sim [--dir FOLDER] [serve | list | set NAME WORD=VALUE ... | log [--json] "
    "| reset]\n";

int complain(std::string_view message)
{
    std::fputs("error: ", stderr);
    std::fwrite(message.data(), 1, message.size(), stderr);
    std::fputc('\n', stderr);
    return 1;
}

}  // namespace

int main(int argc, char** argv)
{
    std::vector<std::string_view> words{argv + 1, argv + argc};
    std::string_view folder = "sim";
    if (!words.empty() && words[0] == "--help") {
        std::fwrite(usage.data(), 1, usage.size(), stdout);
        return 0;
    }
    if (words.size() >= 2 && words[0] == "--dir") {
        folder = words[1];
        words.erase(words.begin(), words.begin() + 2);
    }
    const reops::io::SystemClock clock;
    auto store = reops::providers::sim::Store::open(folder, clock);
    if (!store)
        return complain(store.failure().message);
    if (words.empty() || (words.size() == 1 && words[0] == "serve")) {
        auto served = reops::providers::sim::serve(**store, STDIN_FILENO, STDOUT_FILENO);
        return served ? 0 : complain(served.failure().message);
    }
    auto text = reops::providers::sim::run_command(**store, words);
    if (!text) {
        complain(text.failure().message);
        return text.failure().code == reops::Code::invalid_argument ? 2 : 1;
    }
    std::fwrite(text->data(), 1, text->size(), stdout);
    return 0;
}
