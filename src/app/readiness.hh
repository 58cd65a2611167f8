// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Every night and at arming: could each flow that switches machines do it now? What could
/// not is one line of the log and an event, `flow-unready` with the flow as its key; once until it
/// is ready again.

#include "base/log.hh"
#include "control/server.hh"
#include "io/event_loop.hh"
#include "runtime/runtime.hh"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace reops::app {

/// Loop thread only; owned by the server, destroyed before what it looks at.
class Readiness {
public:
    Readiness(io::EventLoop& loop,
              Log& log,
              runtime::Runtime& runtime,
              control::CheckHosts check_hosts);

    /// Looks now, and again each day from now on.
    void look();

private:
    using Checks = std::map<std::string, std::vector<control::Check>>;

    void judge(const Checks& checks);
    void tell(const std::string& flow, const std::string& why);

    Log& log_;
    runtime::Runtime& runtime_;
    control::CheckHosts check_hosts_;
    std::map<std::string, std::string> unready_;  ///< by flow: why
    io::Timer timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::app
