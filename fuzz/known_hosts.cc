// SPDX-License-Identifier: Apache-2.0
// A known_hosts file of a stranger, and what `ssh -G` may print: no crash, and a key that a line
// revokes for everybody is never trusted.
#include "remote/ssh/known_hosts.hh"

#include "base/check.hh"
#include "operations/printable.hh"
#include "remote/host_classes.hh"
#include "remote/route.hh"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace reops;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const remote::HostKey key{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIAAA", ""};

    remote::KnownHosts known;
    known.add(text, "file");
    for (const std::uint16_t port : {22, 2222})
        for (const char* host : {"foo", "10.0.0.9"}) {
            static_cast<void>(known.judge(host, port, key));
            static_cast<void>(known.types_of(host, port));
        }
    known.add("@revoked * ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA\n", "ours");
    REOPS_CHECK(known.judge("foo", 22, key).verdict == remote::Verdict::revoked,
                "what is revoked is never trusted");

    const remote::SshOptions options = remote::read_ssh_options(text);
    static_cast<void>(remote::read_route(options, {}, "/home/x"));

    remote::HostClasses classes;
    classes.add(text);
    const auto one = classes.class_of("foo");
    classes.add("Match exec x\n");
    REOPS_CHECK(!classes.class_of("foo"), "a condition makes each host a case of its own");
    static_cast<void>(one);

    for (const char c : operations::printable(text))
        REOPS_CHECK(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20,
                    "nothing that steers a terminal");
    return 0;
}
