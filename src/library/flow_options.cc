// SPDX-License-Identifier: Apache-2.0
#include "library/flow_options.hh"

#include "base/nearest.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "library/word_options.hh"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace reops::library {

namespace {

struct ModeRow {
    std::string_view name;
    engine::Mode mode;
};

constexpr std::array<ModeRow, 5> modes = {{
    {"single", engine::Mode::single},
    {"each", engine::Mode::each},
    {"queue", engine::Mode::queue},
    {"restart", engine::Mode::restart},
    {"parallel", engine::Mode::parallel},
}};

engine::Mode read_mode(const std::string& name)
{
    std::vector<std::string> known;
    for (const ModeRow& row : modes) {
        if (row.name == name)
            return row.mode;
        known.emplace_back(row.name);
    }
    const auto near = nearest_words(name, known);
    lang::fail(
        lang::errors::illegal_argument,
        fmt::format("`run` :mode expected one of :single, :each, :queue, :restart, :parallel "
                    "but got :{}",
                    name),
        near.empty() ? "" : fmt::format("did you mean :{}?", near.front()));
}

}  // namespace

engine::FlowOptions read_flow_options(const data::Value& options)
{
    engine::FlowOptions out;
    if (options.is_nil())
        return out;
    data::Value map = options;
    const WordOptions given{
        "run",
        lang::Arguments{&map, 1},
        {"mode", "calm", "quiet", "max-age", "self-trigger", "retained", "shadow"}};
    if (const auto mode = given.keyword("mode"))
        out.mode = read_mode(*mode);
    out.calm = given.span("calm").value_or(out.calm);
    out.quiet = given.span("quiet").value_or(out.quiet);
    out.max_age = given.span("max-age");
    out.self_trigger = given.flag("self-trigger", out.self_trigger);
    out.retained = given.flag("retained", out.retained);
    out.shadow = given.flag("shadow", out.shadow);
    return out;
}

}  // namespace reops::library
