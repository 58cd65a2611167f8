// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Who carries out `email`, `alert` and `file-mail`: to the mail server, or as files when
/// there is none. smtp_outcome.hh says what is tried again.

#include "base/clock.hh"
#include "base/log.hh"
#include "runtime/performer.hh"
#include "sinks/email/compose.hh"
#include "sinks/email/mail_settings.hh"
#include "sinks/email/pool_queue.hh"
#include "sinks/email/smtp_transfer.hh"

#include <functional>
#include <map>
#include <set>
#include <string>

namespace reops::sinks {

/// Loop thread only; what blocks runs on the loop's pool, at most two conversations at once. Owned
/// by the composer; loop, clock and log outlive it. The destructor ends what runs, which takes two
/// seconds at most, and no `done` is called after it.
class MailPerformer final : public runtime::Performer {
public:
    MailPerformer(io::EventLoop& loop, const Clock& clock, Log& log, MailSettings settings);
    ~MailPerformer() override;
    MailPerformer(const MailPerformer&) = delete;
    MailPerformer& operator=(const MailPerformer&) = delete;

    std::span<const std::string_view> kinds() const override;
    void perform(const engine::Effect& effect, runtime::Done done) override;
    /// Ends a conversation too; a mail that the server has taken by then is done.
    void cancel(engine::EffectId effect) override;

    /// Logs in, says NOOP and QUIT, and sends nothing: for `reops doctor` and readiness. The same
    /// outcomes as a mail; `refused` when mail goes to files.
    void check_login(Duration limit, std::function<void(engine::Outcome)> done);

    bool has_server() const { return settings_.smtp.has_value(); }

private:
    using Finish = std::function<engine::Outcome(const SmtpReport&)>;

    void send(const engine::Effect& effect, const Composed& composed, runtime::Done done);
    void file(const engine::Effect& effect,
              const Composed& composed,
              const std::string& folder,
              runtime::Done done);
    void talk(std::uint64_t id, SmtpRequest request, Finish finish, runtime::Done done);
    engine::Outcome settle(const std::string& identity, const SmtpReport& report);

    const Clock& clock_;
    Log& log_;
    const MailSettings settings_;
    Result<SmtpServer> server_;
    PoolQueue conversations_;
    PoolQueue files_;
    /// Recipients that have a mail of which others shall still get it, by identity. After a crash
    /// they get it again, with the same Message-ID.
    std::map<std::string, std::set<std::string>> reached_;
    std::uint64_t last_check_ = 0;
};

}  // namespace reops::sinks
