// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/message.hh"

#include "sinks/email/header_text.hh"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace reops::sinks {

namespace {

/// "Mon, 23 Nov 2026 14:02:07 +0000"
std::string rfc_date(Time time, Duration utc_offset)
{
    static constexpr std::array<std::string_view, 7> days{
        "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
    static constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::int64_t minutes_east = utc_offset / minutes(1);
    const Time local = time + minutes(minutes_east);
    const std::string iso = to_iso(local);  // 2026-11-23T14:02:07Z
    const std::int64_t day_us = std::chrono::microseconds{hours(24)}.count();
    const std::int64_t day = (local.us >= 0 ? local.us : local.us - day_us + 1) / day_us;
    const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
    const std::int64_t east = minutes_east < 0 ? -minutes_east : minutes_east;
    return fmt::format("{}, {} {} {} {} {}{:02}{:02}",
                       days[static_cast<std::size_t>(((day % 7) + 7) % 7)],
                       iso.substr(8, 2),
                       months[month],
                       iso.substr(0, 4),
                       iso.substr(11, 8),
                       minutes_east < 0 ? '-' : '+',
                       east / 60,
                       east % 60);
}

std::string thread_fields(const Message& message)
{
    if (message.thread.empty() || message.thread == message.identity)
        return "";
    const std::string root = message_id(message.thread, message.host);
    return (message.is_reply ? "In-Reply-To: " + root + "\r\n" : "") + "References: " + root +
           "\r\n";
}

}  // namespace

std::string safe_host(std::string_view host)
{
    std::string out;
    for (const char c : host)
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            c == '-' || (c == '.' && !out.empty() && out.back() != '.'))
            out += c;
    while (!out.empty() && out.back() == '.')
        out.pop_back();
    return out.empty() ? "localhost" : out;
}

std::string message_id(std::string_view identity, std::string_view host)
{
    return '<' + safe_name(identity) + '@' + safe_host(host) + '>';
}

std::string to_bytes(const Message& message)
{
    std::vector<std::string> to;
    std::transform(message.to.begin(), message.to.end(), std::back_inserter(to), to_header);
    if (to.empty())
        to.emplace_back("undisclosed-recipients:;");
    const BodyEncoding encoding = encoding_for(message.body);
    std::string out;
    out += list_field("From", {to_header(message.from)});
    out += list_field("To", to);
    out += text_field("Subject", message.subject);
    out += "Date: " + rfc_date(message.date, message.utc_offset) + "\r\n";
    out += "Message-ID: " + message_id(message.identity, message.host) + "\r\n";
    out += thread_fields(message);
    out += "Auto-Submitted: auto-generated\r\n";
    if (!message.flow.empty())
        out += text_field("X-Reops-Flow", message.flow);
    if (!message.run.empty())
        out += text_field("X-Reops-Run", message.run);
    out += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
    out += encoding == BodyEncoding::seven_bit
               ? "Content-Transfer-Encoding: 7bit\r\n\r\n"
               : "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    return out + encode_body(message.body, encoding);
}

}  // namespace reops::sinks
