// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Carrying a command to a host and its answer back. Narrow on purpose: our own SSH client,
/// the user's `ssh` program and later the agent all stand behind it.

#include "base/result.hh"
#include "base/time.hh"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace reops::remote {

/// Output of a command as it comes, in pieces of 32 KiB at most; no more of each stream than
/// `most_output`. It may cancel, but not destroy the transport.
using LiveOutput = std::function<void(std::string_view bytes, bool is_error)>;

/// A host as somebody named it, with what is said about the way in. Empty and 0: not said.
struct Target {
    std::string host;     ///< its name: what `~/.ssh/config` is asked for
    std::string address;  ///< where it is, when that is not the name
    std::string user = {};
    std::string key = {};  ///< file of the private key
    std::uint16_t port = 0;

    auto operator<=>(const Target&) const = default;
};

/// One line for the remote shell (operations/command_line.hh makes it).
struct Order {
    std::string line;
    Duration limit = minutes(1);          ///< of the command; and of the wait before it begins
    std::size_t most_output = 1UL << 20;  ///< of each stream; what is more is read and dropped
    LiveOutput live = {};                 ///< besides what Ran has in the end
};

/// An order that was given, for cancel(). Never given twice by one transport.
enum class OrderId : std::uint64_t {};

enum class End : std::uint8_t {
    exited,
    signalled,
    lost,       ///< begun, then the connection ended: it may have been carried out
    overdue,    ///< begun and not ended within the limit; asked to end
    cancelled,  ///< begun, then cancelled and asked to end: it may have done a part
};

/// A command that has begun, and how it ended.
struct Ran {
    End end = End::exited;
    int exit_code = 0;
    std::string signal = {};  ///< "KILL"
    std::string out = {};
    std::string err = {};
    bool is_cut = false;       ///< there was more output than asked for
    std::string trouble = {};  ///< of lost: why
    Duration took{};
};

/// A Failure says that the command has surely not begun: unreachable, timeout (a phase, or no room
/// within the limit), denied (nobody lets us in), conflict (the host's key is not the known one, or
/// not known at all), invalid_argument, not_found (no such name, no such program), unsupported,
/// cancelled.
using RanReply = std::function<void(Result<Ran>)>;

/// Loop thread only. Any number of orders at once, also for one host.
class Transport {
public:
    virtual ~Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// `done` is called exactly once, never inside this call; not after the destruction.
    virtual OrderId run(const Target& target, const Order& order, RanReply done) = 0;
    /// What has not begun is dropped (a Failure, cancelled); what runs is asked to end, and ends
    /// `cancelled` within `SshLimits::cancel_grace`. Nothing happens to what is over.
    virtual void cancel(OrderId order) = 0;
    virtual void cancel_all() = 0;

protected:
    Transport() = default;
};

/// How it went, as `:code` of a host's result: the exit status, 128 + signal, -1 unreachable, -2
/// refused (host key), -3 timeout, -4 unknown.
int code_of(const Result<Ran>& result);

/// One sentence about what did not go well; empty for exit status 0.
std::string describe(const Result<Ran>& result);

}  // namespace reops::remote
