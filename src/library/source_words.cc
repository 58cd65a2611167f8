// SPDX-License-Identifier: Apache-2.0
// Where events come from.
#include "base/nearest.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/task.hh"
#include "library/program.hh"
#include "library/stage_value.hh"
#include "library/word_options.hh"
#include "library/words.hh"
#include "sources/sensor/mapping.hh"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;
using lang::Arguments;
using lang::Task;

/// Names that sensors commonly have. A name that is only nearly one of these, or of the
/// configuration's, is taken for a slip.
constexpr std::array<const char*, 12> common_events = {"temperature",
                                                       "humidity",
                                                       "power",
                                                       "energy",
                                                       "voltage",
                                                       "current",
                                                       "pressure",
                                                       "motion",
                                                       "presence",
                                                       "door",
                                                       "smoke",
                                                       "leak"};

void check_event(const Program& program, const std::string& event)
{
    std::vector<std::string> known(common_events.begin(), common_events.end());
    known.insert(
        known.end(), program.facts().known_events.begin(), program.facts().known_events.end());
    if (std::find(known.begin(), known.end(), event) != known.end())
        return;
    std::vector<std::string> near = nearest_words(event, known);
    // Short names are near to many.
    const std::size_t most = event.size() < 7 ? 1 : 2;
    std::erase_if(near,
                  [&](const std::string& one) { return edit_distance(event, one, most) > most; });
    if (!near.empty())
        lang::fail(
            lang::errors::illegal_argument,
            fmt::format("no event :{}", event),
            fmt::format("did you mean :{}? If :{} is meant, give it a topic under :sensors in "
                        "reops.edn",
                        near.front(),
                        event));
}

Value sensor(Task& task, Arguments arguments)
{
    const WordOptions options{"sensor", arguments, {"event", "key"}};
    const Value* event = options.find("event");
    if (event == nullptr)
        lang::fail(lang::errors::illegal_argument,
                   "`sensor` expected the name of an event",
                   "(sensor :event :temperature)");
    if (!event->is_keyword() && !event->is_string())
        lang::fail_type("a keyword, such as :temperature", *event, "`sensor` :event");
    const std::string name{
        sources::canonical_event(event->is_keyword() ? event->name() : event->as_string())};
    check_event(Program::of(task.interpreter()), name);
    return data::make_native<SourceValue>(name, options.text("key"));
}

constexpr std::array<lang::Builtin, 1> table = {{
    {.name = "sensor",
     .args = "[& options]",
     .doc = "Readings that come over MQTT; :key narrows them to one sensor.\n(sensor :event "
            ":temperature :key \"closet\")",
     .since = "0.1",
     .run = sensor},
}};

}  // namespace

std::span<const lang::Builtin> source_words()
{
    return table;
}

}  // namespace reops::library
