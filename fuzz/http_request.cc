// SPDX-License-Identifier: Apache-2.0
// First byte: how many bytes arrive at a time. The rest is one connection's requests. However they
// are cut into pieces, the same requests come out, with the same refusal at the end; and what came
// out arrives unchanged when we send it.
#include "io/detail/http_message.hh"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace io = reops::io;

namespace {

using Step = io::HttpRequestReader::Step;

constexpr io::HttpLimits limits{.header_bytes = 2048, .body_bytes = 4096};

struct Outcome {
    std::vector<io::HttpRequest> requests;
    int refused = 0;
};

/// True: the connection goes on.
bool read_on(io::HttpRequestReader& reader, Outcome& outcome)
{
    while (true) {
        switch (reader.next()) {
            case Step::done:
                outcome.requests.push_back(reader.take());
                break;
            case Step::wants_continue:
                break;
            case Step::wants_bytes:
                return true;
            case Step::failed:
                outcome.refused = reader.status();
                return false;
        }
    }
}

Outcome read(std::string_view bytes, std::size_t piece)
{
    io::HttpRequestReader reader{limits};
    Outcome outcome;
    for (bool open = true; open && !bytes.empty();) {
        const std::size_t size = std::min(piece, bytes.size());
        // a copy of exactly that size, so that the address sanitizer sees its end
        const std::vector<char> part(bytes.begin(), bytes.begin() + static_cast<long>(size));
        reader.feed({part.data(), part.size()});
        open = read_on(reader, outcome);
        bytes.remove_prefix(size);
    }
    return outcome;
}

bool equal(const io::HttpRequest& a, const io::HttpRequest& b)
{
    return a.method == b.method && a.path == b.path && a.query == b.query &&
           a.headers == b.headers && a.body == b.body;
}

void expect(bool holds)
{
    if (!holds)
        std::abort();
}

/// Path, query and body survive our own way to the wire.
void send_again(io::HttpRequest request)
{
    if (!request.path.starts_with('/'))
        return;  // `*` is a path that only others send
    request.headers.clear();
    const Outcome again = read(io::to_wire(request, "host"), 1 << 16);
    if (again.refused == 431)
        return;  // encoded, the path may be longer than the limit
    expect(again.requests.size() == 1 && again.requests[0].method == request.method &&
           again.requests[0].path == request.path && again.requests[0].query == request.query &&
           again.requests[0].body == request.body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const Outcome whole = read(bytes, bytes.size());
    const Outcome pieces = read(bytes, std::max<std::size_t>(data[0], 1));
    const std::size_t both = std::min(whole.requests.size(), pieces.requests.size());
    for (std::size_t i = 0; i < both; ++i)
        expect(equal(whole.requests[i], pieces.requests[i]));
    expect(whole.requests.size() == pieces.requests.size());
    // cut into pieces, a line that cannot be right may only be refused once more of it is there
    expect(whole.refused == pieces.refused || pieces.refused == 0);
    for (const io::HttpRequest& request : whole.requests)
        send_again(request);
    io::HttpResponseReader answer{false};
    if (answer.feed(bytes) && (answer.is_done() || answer.end_of_file()))
        static_cast<void>(answer.take());
    return 0;
}
