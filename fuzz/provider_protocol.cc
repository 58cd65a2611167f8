// SPDX-License-Identifier: Apache-2.0
// Lines as a helper program may send them ('m' first) or as a helper may get them ('r' first), read
// as reops reads them. What is accepted means the same after printing and reading again.
#include "io/line_reader.hh"
#include "providers/helper_protocol.hh"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace providers = reops::providers;

namespace {

void expect(bool holds)
{
    if (!holds)
        std::abort();
}

std::string print(const providers::HelperMessage& message)
{
    return std::visit(
        [](const auto& one) -> std::string {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, providers::UnknownEvent>)
                return "{\"event\":\"newer\"}\n";
            else
                return print_line(one);
        },
        message);
}

/// The bodies of replies: any of the three may be asked for.
void read_bodies(const providers::HelperAnswer& answer)
{
    if (!answer.result)
        return;
    const reops::data::Value& ok = answer.result.value();
    if (const auto status = providers::read_status(ok))
        expect(providers::read_status(providers::status_value(*status))->state == status->state);
    if (const auto listed = providers::read_listed(ok))
        expect(providers::read_listed(providers::listed_value(*listed))->size() == listed->size());
    if (const auto addresses = providers::read_addresses(ok))
        expect(providers::read_addresses(providers::addresses_value(*addresses)).value() ==
               *addresses);
}

void read_message(std::string_view line)
{
    const auto message = providers::parse_message(line);
    if (!message)
        return;
    const std::string printed = print(*message);
    expect(printed.find('\n') == printed.size() - 1);
    const auto again = providers::parse_message(printed);
    expect(again.ok() && again->index() == message->index() && print(*again) == printed);
    if (const auto* answer = std::get_if<providers::HelperAnswer>(&*message))
        read_bodies(*answer);
}

void read_request(std::string_view line)
{
    std::uint64_t id = 0;
    const auto request = providers::parse_request(line, id);
    if (!request)
        return;
    expect(id == request->id && id > 0);
    const std::string printed = print_line(*request);
    expect(printed.find('\n') == printed.size() - 1);
    const auto again = providers::parse_request(printed, id);
    expect(again.ok() && print_line(*again) == printed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const bool from_helper = data[0] == 'm';
    reops::io::LineReader lines{providers::max_helper_line, [&](std::string_view line) {
                                    from_helper ? read_message(line) : read_request(line);
                                }};
    lines.feed({reinterpret_cast<const char*>(data) + 1, size - 1});
    lines.finish();
    return 0;
}
