// SPDX-License-Identifier: Apache-2.0
// What a host answers to a verb, by a program that may be anything: the first byte chooses the
// verb, the second how it exited. Every result can be printed and every failure has a sentence.
#include "data/print.hh"
#include "operations/verb.hh"

#include <cstdint>
#include <cstdlib>

namespace operations = reops::operations;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    if (size < 2)
        return 0;
    const auto verbs = operations::verbs();
    const operations::Verb& verb = *verbs[bytes[0] % verbs.size()];
    operations::CommandReply reply;
    reply.exit_code = bytes[1];
    reply.out.assign(reinterpret_cast<const char*>(bytes) + 2, size - 2);
    reply.err = reply.out.substr(0, 4096);
    const auto result = operations::read_reply(verb, reply);
    if (result.ok())
        (void)reops::data::print(*result);
    else if (result.failure().message.empty())
        std::abort();
    (void)verb.explain(reply);
    return 0;
}
