// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Every night at 03:00 and at arming: could each flow that switches machines do it now? What
/// could not is one line of the log and an event, `flow-unready` with the flow as its key; once
/// until it is ready again.

#include "app/nightly.hh"
#include "base/clock.hh"
#include "base/log.hh"
#include "control/server.hh"
#include "io/event_loop.hh"
#include "runtime/runtime.hh"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace reops::app {

/// What it looks at, and with. All references outlive it.
struct ReadinessParts {
    io::EventLoop& loop;
    const Clock& clock;
    Log& log;
    runtime::Runtime& runtime;
    control::CheckHosts check_hosts;
    ZoneOffset zone;          ///< whose nights are meant
    bool sends_mail = false;  ///< there is a mail server that has to take our login
};

/// Loop thread only; owned by the server, destroyed before what it looks at. Looks every night by
/// itself.
class Readiness {
public:
    explicit Readiness(ReadinessParts parts);

    /// Looks now.
    void look();
    /// For tests whose clock jumps; its timer does it otherwise.
    void look_at_clock() { nightly_.look_at_clock(); }

private:
    using Checks = std::map<std::string, std::vector<control::Check>>;

    void judge(const Checks& checks);
    void tell(const std::string& flow, const std::string& why);

    ReadinessParts parts_;
    std::map<std::string, std::string> unready_;  ///< by flow: why
    std::shared_ptr<int> alive_ = std::make_shared<int>();
    Nightly nightly_;
};

}  // namespace reops::app
