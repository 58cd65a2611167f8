// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/mail_performer.hh"

#include "base/crash_point.hh"
#include "data/map.hh"
#include "io/files.hh"
#include "sinks/email/header_text.hh"
#include "sinks/email/plain_text.hh"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace reops::sinks {

namespace {

using engine::Outcome;
using engine::Status;

constexpr std::size_t conversations_at_once = 2;
constexpr std::size_t longest_queue = 1'000;
constexpr std::size_t most_reached = 1'000;
constexpr std::uint64_t check_ids = 1ULL << 63U;  // beside those of effects

Outcome not_done(Status status, bool retry, std::string message)
{
    return {.status = status, .message = std::move(message), .changed = false, .retry = retry};
}

Outcome never_begun(Code why)
{
    if (why == Code::cancelled)
        return not_done(Status::cancelled, false, "cancelled before its turn came");
    return not_done(Status::timeout, true, "earlier mails have kept the mail server busy");
}

Result<SmtpServer> server_of(const MailSettings& settings)
{
    if (!settings.smtp)
        return Failure{Code::unsupported, "mail goes to files; try :smtp {:url \"smtp://..\"}"};
    return read_smtp_server(*settings.smtp);
}

Result<void> write_mail(const std::string& folder,
                        const std::string& path,
                        const std::string& bytes)
{
    if (auto made = io::make_private_directory(folder); !made)
        return made;
    REOPS_BEFORE("mail.file");
    auto written = io::write_file_atomically(path, bytes);
    REOPS_AFTER("mail.file");
    return written;
}

/// Adds what was left out to a message.
Outcome with_left_out(Outcome outcome, const std::vector<std::string>& not_addresses)
{
    for (const std::string& each : not_addresses)
        outcome.message +=
            (outcome.message.empty() ? "" : "; ") + ('"' + each + "\" is not a mail address");
    return outcome;
}

std::string text_of(const engine::Effect& effect, std::string_view name)
{
    if (!effect.args.is_map())
        return "";
    const data::Value value = effect.args.as_map().get(name);
    return value.is_string() ? plain_line(value.as_string(), 500) : "";
}

std::string alert_line(const engine::Effect& effect)
{
    const bool is_over = effect.args.is_map() && effect.args.as_map().get("recovered").truthy();
    return text_of(effect, "cause") + (is_over ? ": recovered: " : ": ") + text_of(effect, "text");
}

}  // namespace

MailPerformer::MailPerformer(io::EventLoop& loop,
                             const Clock& clock,
                             Log& log,
                             MailSettings settings)
    : clock_(clock),
      log_(log),
      settings_(std::move(settings)),
      server_(server_of(settings_)),
      conversations_(loop, clock, conversations_at_once, longest_queue),
      files_(loop, clock, 1, longest_queue)
{
    if (!settings_.smtp)
        log_.warning("mail", "mail goes to files in " + settings_.folder);
    else if (!server_)
        log_.error("mail", server_.failure().message);
    else if (!server_->user.empty() && (server_->tls == Tls::optional || server_->tls == Tls::none))
        log_.warning("mail",
                     "the password for " + server_->name +
                         " may travel in the clear; try :smtp {:tls :required}");
}

MailPerformer::~MailPerformer() = default;

std::span<const std::string_view> MailPerformer::kinds() const
{
    static constexpr std::array<std::string_view, 3> mine{"email", "alert", "file-mail"};
    return mine;
}

void MailPerformer::perform(const engine::Effect& effect, runtime::Done done)
{
    cancel(effect.id);  // an attempt that is still here has nobody who waits for it
    const bool is_alert = effect.kind == "alert";
    if (is_alert && settings_.alert_to.empty()) {
        log_.warning("alert", alert_line(effect));
        done(
            {.status = Status::done, .message = "in the log; no address for alerts is configured"});
        return;
    }
    Result<Composed> composed =
        is_alert ? compose_alert(effect, settings_) : compose_mail(effect, settings_);
    if (!composed) {
        if (is_alert)
            log_.warning("alert", alert_line(effect));
        log_.warning("mail", engine::to_string(effect.id) + ": " + composed.failure().message);
        done(not_done(Status::failed, false, composed.failure().message));
    } else if (effect.kind == "file-mail") {
        file(effect, *composed, settings_.folder + "/failed", std::move(done));
    } else if (!settings_.smtp) {
        file(effect, *composed, settings_.folder, std::move(done));
    } else {
        send(effect, *composed, std::move(done));
    }
}

void MailPerformer::file(const engine::Effect& effect,
                         const Composed& composed,
                         const std::string& folder,
                         runtime::Done done)
{
    const std::string path = folder + '/' + safe_name(effect.identity) + ".eml";
    auto result = std::make_shared<Result<void>>();
    auto told = std::make_shared<runtime::Done>(std::move(done));
    PoolQueue::Job job;
    job.id = effect.id.number;
    job.deadline = clock_.since_boot() + effect.limit;
    job.work = [result, folder, path, bytes = to_bytes(composed.message)](const auto&) {
        *result = write_mail(folder, path, bytes);
    };
    job.then = [this, result, path, told, left_out = composed.not_addresses] {
        if (*result) {
            (*told)(with_left_out({.status = Status::done, .message = "in " + path}, left_out));
            return;
        }
        log_.error("mail", result->failure().message);
        (*told)(not_done(Status::failed, true, result->failure().message));
    };
    job.not_begun = [told](Code why) { (*told)(never_begun(why)); };
    if (!files_.submit(std::move(job)))
        (*told)(not_done(Status::failed, true, "too many mails wait for the disk"));
}

void MailPerformer::send(const engine::Effect& effect, const Composed& composed, runtime::Done done)
{
    SmtpRequest request;
    request.from = composed.message.from.spec;
    const auto reached = reached_.find(effect.identity);
    for (const Address& each : composed.message.to)
        if (reached == reached_.end() || !reached->second.contains(each.spec))
            request.recipients.push_back(each.spec);
    request.bytes = to_bytes(composed.message);
    request.connect_within = effect.limit / 2;
    request.deadline = clock_.since_boot() + effect.limit;
    talk(
        effect.id.number,
        std::move(request),
        [this, identity = effect.identity, id = effect.id, left_out = composed.not_addresses](
            const SmtpReport& report) {
            Outcome outcome = with_left_out(settle(identity, report), left_out);
            if (!outcome.message.empty())
                log_.warning("mail", engine::to_string(id) + ": " + outcome.message);
            return outcome;
        },
        std::move(done));
}

/// `finish` is called on the loop's thread when the conversation has ended.
void MailPerformer::talk(std::uint64_t id, SmtpRequest request, Finish finish, runtime::Done done)
{
    if (!server_) {
        done(not_done(Status::failed, true, server_.failure().message));
        return;
    }
    request.server = *server_;
    request.hello = safe_host(settings_.host);
    auto report = std::make_shared<SmtpReport>();
    auto told = std::make_shared<runtime::Done>(std::move(done));
    PoolQueue::Job job;
    job.id = id;
    job.deadline = request.deadline;
    job.work = [report, request = std::move(request), &clock = clock_](const auto& is_cancelled) {
        *report = talk_smtp(request, clock, is_cancelled);
    };
    job.then = [report, told, finish = std::move(finish)] { (*told)(finish(*report)); };
    job.not_begun = [told](Code why) { (*told)(never_begun(why)); };
    if (!conversations_.submit(std::move(job)))
        (*told)(not_done(Status::failed, true, "too many mails wait for the mail server"));
}

/// Remembers whom an attempt has reached when others have to be tried again.
Outcome MailPerformer::settle(const std::string& identity, const SmtpReport& report)
{
    const auto before = reached_.find(identity);
    Outcome outcome = outcome_of(report, before != reached_.end());
    if (!outcome.retry) {
        reached_.erase(identity);
        return outcome;
    }
    if (!report.is_taken())
        return outcome;
    if (before == reached_.end() && reached_.size() >= most_reached)
        reached_.erase(reached_.begin());
    for (const RecipientReply& each : report.dialogue.recipients())
        if (each.code < 400)
            reached_[identity].insert(each.spec);
    return outcome;
}

void MailPerformer::cancel(engine::EffectId effect)
{
    conversations_.cancel(effect.number);
    files_.cancel(effect.number);
}

void MailPerformer::check_login(Duration limit, std::function<void(Outcome)> done)
{
    if (!settings_.smtp) {
        done(not_done(Status::refused, false, server_.failure().message));
        return;
    }
    SmtpRequest request;
    request.connect_within = limit;
    request.deadline = clock_.since_boot() + limit;
    talk(
        check_ids | ++last_check_,
        std::move(request),
        [](const SmtpReport& report) { return outcome_of(report); },
        std::move(done));
}

}  // namespace reops::sinks
