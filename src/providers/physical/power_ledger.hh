// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What was asked of machines that can only be seen over the network: `begun` before the
/// power-off command leaves, `accepted` when the machine has taken it. Without this a machine that
/// is silent after a crash of ours could be off, or gone.

#include "base/clock.hh"
#include "base/log.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "io/event_loop.hh"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::providers {

struct PowerRecord {
    Time begun = {};
    std::optional<Time> accepted = {};

    bool operator==(const PowerRecord&) const = default;
};

/// A small file that is replaced whole and synced. Loop thread only; writing happens in the pool.
class PowerLedger {
public:
    /// Reads the file; a missing one is empty, a broken one is told to the log and empty.
    PowerLedger(io::EventLoop& loop, Log& log, std::string file);

    /// Null when nothing was asked, or the machine was seen since.
    const PowerRecord* find(std::string_view host) const;
    /// Nothing: forget. `written` is called when it is on the disk, never inside this call.
    void set(const std::string& host,
             std::optional<PowerRecord> record,
             std::function<void(Result<void>)> written = nullptr);

private:
    void write();

    io::EventLoop& loop_;
    Log& log_;
    std::string file_;
    std::map<std::string, PowerRecord, std::less<>> records_;
    std::vector<std::function<void(Result<void>)>> waiting_;
    bool is_writing_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::providers
