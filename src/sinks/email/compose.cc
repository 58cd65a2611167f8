// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/compose.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "sinks/email/host_table.hh"
#include "sinks/email/plain_text.hh"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace reops::sinks {

namespace {

constexpr std::size_t page_width = 76;
constexpr std::size_t longest_subject = 150;
constexpr std::size_t longest_value = 200;

std::string text_of(const data::Map& map, std::string_view name)
{
    const data::Value* value = map.find(name);
    return value != nullptr && value->is_string() ? std::string{value->as_string()} : "";
}

std::string line_of(const data::Map& map, std::string_view name)
{
    return plain_line(text_of(map, name), longest_value);
}

std::vector<std::string> texts_of(const data::Map& map, std::string_view name)
{
    std::vector<std::string> out;
    const data::Value value = map.get(name);
    if (value.is_string())
        out.emplace_back(value.as_string());
    if (value.is_vector())
        for (const data::Value& each : value.as_vector())
            if (each.is_string())
                out.emplace_back(each.as_string());
    return out;
}

/// "2026-11-23 14:02:07 UTC", "2026-11-24 01:02:07 +11:00"
std::string readable_time(Time time, Duration utc_offset)
{
    const std::int64_t east = utc_offset / minutes(1);
    const std::string iso = to_iso(time + minutes(east));
    std::string zone = "UTC";
    if (east != 0)
        zone = fmt::format(
            "{}{:02}:{:02}", east < 0 ? '-' : '+', std::abs(east) / 60, std::abs(east) % 60);
    return iso.substr(0, 10) + ' ' + iso.substr(11, 8) + ' ' + zone;
}

void append_wrapped(std::string& body, std::string_view text)
{
    for (const std::string& line : plain_lines(text))
        for (const std::string& part : wrap(line, page_width))
            body += part + '\n';
}

void append_fact(std::string& body, std::string_view name, const std::string& value)
{
    if (!value.empty())
        body += fmt::format("    {:<7} {}\n", name, value);
}

void append_command(std::string& body, std::string_view why, const std::string& command)
{
    body += fmt::format("\n{}\n\n    {}\n", why, command);
}

/// "temperature of closet was 71.4"
std::string event_sentence(const data::Map& event)
{
    std::string out = line_of(event, "name");
    if (out.empty())
        return out;
    if (const std::string key = line_of(event, "key"); !key.empty())
        out += " of " + key;
    if (const data::Value* value = event.find("value"); value != nullptr && !value->is_nil())
        out += " was " + plain_line(data::display(*value), longest_value);
    if (const data::Value* emitted = event.find("emitted"); emitted != nullptr && emitted->truthy())
        out += ", told by hand (reops emit)";
    return out + '.';
}

std::string mail_body(const engine::Effect& effect, const data::Map& args, const Message& message)
{
    const data::Value event_value = args.get("event");
    const data::Map event = event_value.is_map() ? event_value.as_map() : data::Map{};
    const data::Value rows = args.get("hosts");
    std::string body;
    append_wrapped(body, event_sentence(event));
    append_wrapped(body, text_of(args, "note"));
    if (rows.is_vector() && !rows.as_vector().empty()) {
        body += host_summary(rows.as_vector()) + "\n\n";
        body += host_table(rows.as_vector(), message.run);
    }
    body += body.empty() ? "" : "\n";
    append_fact(body, "flow", message.flow);
    append_fact(body, "event", line_of(event, "id"));
    append_fact(body, "run", message.run);
    append_fact(body, "time", readable_time(message.date, message.utc_offset));
    if (effect.run.number != 0 || !message.run.empty())
        append_command(body, "To see it step by step:", "reops why " + message.run);
    else
        append_command(body, "To see what happened:", "reops runs");
    return body;
}

Time time_of(const engine::Effect& effect, const data::Map& args)
{
    const Result<Time> at = parse_iso(text_of(args, "at"));
    return at ? at.value() : effect.opened;
}

Failure no_recipient(const Composed& composed)
{
    if (composed.not_addresses.empty())
        return {Code::invalid_argument,
                "the mail has no recipient; try :email {:to [\"me@home\"]}"};
    return {Code::invalid_argument,
            "no recipient is a mail address: \"" + composed.not_addresses.front() + '"'};
}

/// Sender, recipients, time and identity, which both kinds have. A mail that is filed since nobody
/// took it needs neither sender nor recipient: that may be why nobody took it.
Result<Composed> begin(const engine::Effect& effect,
                       const data::Map& args,
                       const MailSettings& settings,
                       const std::string& from,
                       const std::vector<std::string>& to)
{
    const bool is_filed = effect.kind == "file-mail";
    Composed out;
    const Result<Address> sender = parse_address(from);
    if (!sender && !is_filed)
        return sender.failure().while_("the mail's sender");
    out.message.from = sender ? sender.value() : Address{"", "reops@" + safe_host(settings.host)};
    for (const std::string& each : to) {
        if (const Result<Address> recipient = parse_address(each))
            out.message.to.push_back(recipient.value());
        else
            out.not_addresses.push_back(plain_line(each, 80));
    }
    if (out.message.to.empty() && !is_filed)
        return no_recipient(out);
    out.message.date = time_of(effect, args);
    out.message.utc_offset =
        settings.utc_offset ? settings.utc_offset(out.message.date) : Duration::zero();
    out.message.identity = effect.identity;
    out.message.host = settings.host;
    return out;
}

/// What to type about an alert, by the beginning of its cause.
std::string command_for(std::string_view cause)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> commands{
        {{"run-interrupted:", "reops why "},
         {"flow-paused:", "reops flows"},
         {"mail-limit", "reops runs"},
         {"email-failed:", "reops runs"}}};
    for (const auto& [prefix, command] : commands)
        if (cause.starts_with(prefix))
            return std::string{command} +
                   (command.ends_with(' ') ? plain_line(cause.substr(prefix.size())) : "");
    return "reops doctor";
}

}  // namespace

Result<Composed> compose_mail(const engine::Effect& effect, const MailSettings& settings)
{
    const data::Map args = effect.args.is_map() ? effect.args.as_map() : data::Map{};
    const std::string from = text_of(args, "from");
    Result<Composed> out =
        begin(effect, args, settings, from.empty() ? settings.from : from, texts_of(args, "to"));
    if (!out)
        return out;
    Message& message = out->message;
    const std::string flow = line_of(args, "flow");
    message.flow = flow.empty() ? plain_line(effect.flow) : flow;
    message.run = line_of(args, "run");
    message.thread = text_of(args, "thread");
    message.subject = plain_line(text_of(args, "subject"), longest_subject);
    if (message.subject.empty())
        message.subject = "reops: " + message.flow;
    message.body = mail_body(effect, args, message);
    return out;
}

Result<Composed> compose_alert(const engine::Effect& effect, const MailSettings& settings)
{
    const data::Map args = effect.args.is_map() ? effect.args.as_map() : data::Map{};
    Result<Composed> out = begin(effect, args, settings, settings.from, settings.alert_to);
    if (!out)
        return out;
    Message& message = out->message;
    const data::Value* recovered = args.find("recovered");
    const bool is_over = recovered != nullptr && recovered->truthy();
    const std::string cause = text_of(args, "cause");
    const std::string text = text_of(args, "text");
    message.subject =
        plain_line((is_over ? "reops: recovered: " : "reops: ") + cause, longest_subject);
    // Alerts of one cause hang together, also when the first one is not known any more.
    message.thread = "alert." + cause;
    message.is_reply = false;
    append_wrapped(message.body, (is_over ? "It is over: " : "") + text);
    message.body += message.body.empty() ? "" : "\n";
    append_fact(message.body, "cause", plain_line(cause));
    append_fact(message.body, "time", readable_time(message.date, message.utc_offset));
    append_command(message.body,
                   is_over ? "To see how reops is now:" : "To see more:",
                   is_over ? "reops doctor" : command_for(cause));
    return out;
}

}  // namespace reops::sinks
