// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario/flow_builders.hh"

#include "base/nearest.hh"
#include "data/print.hh"
#include "engine/stages.hh"
#include "sources/sensor/mapping.hh"

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace reops::scenario {

namespace {

using engine::StagePtr;

/// A reading that is no number is a mistake of the sensor's, not of the predicate's.
double reading(const data::Value& value)
{
    if (const auto number = value.number())
        return *number;
    throw std::invalid_argument("`pick` expected a number but got " + data::print(value));
}

void add_conditions(const Fields& fields, std::vector<StagePtr>& stages)
{
    if (const auto above = fields.number("above"))
        stages.push_back(
            engine::make_pick([above](const data::Value& value) { return reading(value) > *above; },
                              fmt::format("t > {}", *above)));
    if (const auto level = fields.number("rising"))
        stages.push_back(engine::make_rising(*level));
    if (fields.has("hold-for"))
        stages.push_back(engine::make_hold_for(fields.span("hold-for")));
    if (fields.has("once-within"))
        stages.push_back(engine::make_once_within(fields.span("once-within")));
}

StagePtr make_power(const Fields& fields, hosts::Direction direction)
{
    engine::PowerOptions options;
    options.direction = direction;
    options.hard_when_overdue = fields.flag("halt");
    options.force = fields.flag("force");
    options.unknown_guests = fields.flag("unknown-guests");
    options.good_for = fields.span("good-for", options.good_for);
    options.hosts = hosts::Hosts{fields.texts("hosts")};
    if (options.hosts.names.empty())
        fields.complain("hosts", "a flow that acts on hosts needs :hosts [\"foo\" ..]");
    return std::make_shared<engine::PowerStage>(std::move(options));
}

/// Re-ops' `successful`: goes on with the hosts that the action before reached its end on.
StagePtr make_successful()
{
    return engine::make_choose(
        [](const engine::HostResults& success, const engine::HostResults&, const auto&) {
            std::vector<std::string> names;
            for (const engine::HostResult& result : success)
                names.push_back(result.host);
            return names;
        },
        "successful");
}

void add_stop(const Fields& fields, std::vector<StagePtr>& stages)
{
    stages.push_back(make_power(fields, hosts::Direction::stop));
    if (fields.flag("successful"))
        stages.push_back(make_successful());
}

void add_start(const Fields& fields, std::vector<StagePtr>& stages)
{
    stages.push_back(make_power(fields, hosts::Direction::start));
}

void add_publish(const Fields& fields, std::vector<StagePtr>& stages)
{
    if (!fields.has("topic"))
        fields.complain("topic", "a relay needs :topic \"sensors/KEY/EVENT\"");
    stages.push_back(std::make_shared<engine::PublishStage>(
        engine::PublishOptions{.topic = fields.text("topic")}));
}

void add_nothing(const Fields&, std::vector<StagePtr>&) {}

struct Builder {
    std::string_view name;
    std::string_view event;
    std::string_view subject;
    void (*act)(const Fields& fields, std::vector<StagePtr>& stages);
};

constexpr std::array<Builder, 4> builders = {{
    {"closet", "temperature", "stopped all closet instances, room too hot", add_stop},
    {"solar", "power", "the sun shines, started the mining pool", add_start},
    {"relay", "temperature", "relayed", add_publish},
    {"tell", "temperature", "room too hot", add_nothing},
}};

const Builder* find_builder(const Fields& fields)
{
    const std::string name = fields.text("build");
    std::vector<std::string> known;
    for (const Builder& builder : builders) {
        if (builder.name == name)
            return &builder;
        known.emplace_back(builder.name);
    }
    fields.complain("build",
                    fmt::format("no flow `{}` is built here", name),
                    did_you_mean(nearest_words(name, known)));
    return nullptr;
}

/// `:mail true`, or a map that changes the defaults.
void add_mail(const Fields& fields, const Builder& builder, std::vector<StagePtr>& stages)
{
    const data::Form* mail = fields.find("mail");
    if (mail == nullptr || !mail->value.truthy())
        return;
    engine::MailOptions options{
        .from = "reops@home", .to = {"you@home"}, .subject = std::string{builder.subject}};
    if (mail->value.is_map()) {
        const Fields words{fields.source(), *mail, ":mail", {"from", "to", "subject", "recovered"}};
        options.from = words.text("from", options.from);
        options.subject = words.text("subject", options.subject);
        options.recovered = words.flag("recovered");
        if (words.has("to"))
            options.to = words.texts("to");
    }
    stages.push_back(std::make_shared<engine::EmailStage>(std::move(options)));
}

engine::FlowOptions read_options(const Fields& fields)
{
    static constexpr std::array<std::pair<std::string_view, engine::Mode>, 6> modes = {{
        {"automatic", engine::Mode::automatic},
        {"single", engine::Mode::single},
        {"each", engine::Mode::each},
        {"queue", engine::Mode::queue},
        {"restart", engine::Mode::restart},
        {"parallel", engine::Mode::parallel},
    }};
    engine::FlowOptions options;
    const std::string mode =
        fields.choice("mode", {"automatic", "single", "each", "queue", "restart", "parallel"});
    for (const auto& [name, value] : modes)
        if (name == mode)
            options.mode = value;
    if (fields.has("max-age"))
        options.max_age = fields.span("max-age");
    options.calm = fields.span("calm", options.calm);
    options.quiet = fields.span("quiet", options.quiet);
    options.self_trigger = fields.flag("self-trigger");
    options.retained = fields.flag("retained");
    options.shadow = fields.flag("shadow");
    return options;
}

engine::FlowPtr read_flow(Source& source, const data::Form& form)
{
    const Fields fields{
        source, form, "a flow", {"build",    "name",       "event", "key",      "above",
                                 "rising",   "hold-for",   "hosts", "mail",     "once-within",
                                 "halt",     "force",      "topic", "good-for", "unknown-guests",
                                 "mode",     "max-age",    "calm",  "quiet",    "self-trigger",
                                 "retained", "successful", "shadow"}};
    const Builder* builder = find_builder(fields);
    if (builder == nullptr)
        return nullptr;
    engine::Flow flow;
    flow.name = fields.text("name", builder->name);
    flow.event = sources::canonical_event(fields.text("event", builder->event));
    if (fields.has("key"))
        flow.key = fields.text("key");
    flow.options = read_options(fields);
    add_conditions(fields, flow.stages);
    builder->act(fields, flow.stages);
    add_mail(fields, *builder, flow.stages);
    auto made = engine::make_flow(std::move(flow), "scenario");
    if (!made.ok()) {
        source.complain(form, made.failure().message, made.failure().details);
        return nullptr;
    }
    return *made;
}

}  // namespace

std::vector<engine::FlowPtr> read_flows(Source& source)
{
    std::vector<engine::FlowPtr> flows;
    if (source.root() == nullptr)
        return flows;
    const Fields file{source, *source.root(), "flow.edn", {"flows"}};
    for (const data::Form* form : file.items("flows"))
        if (auto flow = read_flow(source, *form); flow != nullptr && source.good())
            flows.push_back(std::move(flow));
    if (flows.empty())
        file.complain("flows", "expected {:flows [{:build :closet ..}]} with at least one flow");
    return flows;
}

}  // namespace reops::scenario
