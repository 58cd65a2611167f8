// SPDX-License-Identifier: Apache-2.0
// Stages that tell somebody.
#include "data/map.hh"
#include "data/vector.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "library/stage_value.hh"
#include "library/word_options.hh"
#include "library/words.hh"
#include "pipeline/stages.hh"

#include <array>
#include <optional>
#include <utility>

namespace reops::library {

namespace {

using data::Value;
using lang::Arguments;
using lang::Task;

constexpr const char* email_shape =
    "a text, or {:from \"reops@home\" :to [\"me@home\"]} and a text";

std::string need_text(const Value& value, std::string_view expected)
{
    if (!value.is_string())
        lang::fail_type(expected, value, "`email`");
    return std::string{value.as_string()};
}

/// `{:from "a" :to ["b"]}`; :to may be one address.
pipeline::ToFrom read_to_from(const data::Map& map)
{
    pipeline::ToFrom out;
    out.from = need_text(map.get("from"), "the sender's address under :from");
    const Value to = map.get("to");
    if (!to.is_vector()) {
        out.to.push_back(need_text(to, "addresses under :to"));
        return out;
    }
    for (const Value& each : to.as_vector())
        out.to.push_back(need_text(each, "an address under :to"));
    return out;
}

Value email(Task&, Arguments arguments)
{
    std::optional<pipeline::ToFrom> to_from;
    std::string subject;
    std::size_t used = 1;
    if (arguments[0].is_map()) {
        const data::Map& map = arguments[0].as_map();
        to_from = read_to_from(map);
        if (map.contains("subject")) {  // Re-ops' (tofrom "subject")
            subject = need_text(map.get("subject"), "a text under :subject");
        } else {
            if (arguments.size() < 2)
                lang::fail(lang::errors::illegal_argument,
                           "`email` expected a text behind the addresses",
                           "(email to-from \"room too hot\")");
            subject = need_text(arguments[1], "a text");
            used = 2;
        }
    } else {
        subject = need_text(arguments[0], email_shape);
    }
    const WordOptions options{"email", arguments.subspan(used), {"recovered"}};
    const pipeline::EmailWishes wishes{.recovered = options.flag("recovered", false)};
    return data::make_native<StageValue>("email", false, [=](const StagePlace&) {
        return to_from ? pipeline::email(*to_from, subject, wishes)
                       : pipeline::email(subject, wishes);
    });
}

Value publish(Task&, Arguments arguments)
{
    if (!arguments[0].is_string())
        lang::fail_type("a topic, such as \"closet/alarm\"", arguments[0], "`publish`");
    std::string topic{arguments[0].as_string()};
    const WordOptions options{"publish", arguments.subspan(1), {"qos", "retain"}};
    const std::int64_t qos = options.integer("qos").value_or(0);
    if (qos < 0 || qos > 2)
        lang::fail(lang::errors::illegal_argument,
                   "`publish` :qos expected 0, 1 or 2 but got " + std::to_string(qos));
    const pipeline::PublishWishes wishes{.qos = static_cast<int>(qos),
                                         .retain = options.flag("retain", false)};
    return data::make_native<StageValue>(
        "publish", false, [=](const StagePlace&) { return pipeline::publish(topic, wishes); });
}

constexpr std::array<lang::Builtin, 2> table = {{
    {.name = "email",
     .args = "[text-or-addresses & more]",
     .doc = "Mails the text as subject, with a table of what was done.\n(email to-from \"room too "
            "hot\")",
     .since = "0.1",
     .effects = true,
     .run = email},
    {.name = "publish",
     .args = "[topic & options]",
     .doc = "Sends the event as JSON to an MQTT topic.\n(publish \"closet/alarm\" :qos 1)",
     .since = "0.1",
     .effects = true,
     .run = publish},
}};

}  // namespace

std::span<const lang::Builtin> sink_words()
{
    return table;
}

}  // namespace reops::library
