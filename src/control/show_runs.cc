// SPDX-License-Identifier: Apache-2.0
#include "control/names.hh"
#include "control/routes.hh"
#include "control/show_run.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <algorithm>

namespace reops::control {

namespace {

constexpr std::size_t usual_limit = 20;
constexpr std::size_t most_limit = 1000;

bool has(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// A filter that matches nothing because it was misspelt.
Result<void> check_filters(const engine::State& state, const store::RunQuery& query)
{
    if (const auto known = flow_names(state); !query.flow.empty() && !has(known, query.flow))
        return no_such("flow", query.flow, known, "reops flows");
    if (const auto known = host_names(state); !query.host.empty() && !has(known, query.host))
        return no_such("host", query.host, known, "reops hosts");
    return {};
}

}  // namespace

data::Map show_run_row(const store::RunRow& row)
{
    data::Map out =
        make_detail({{"id", text(engine::to_string(engine::RunId{row.number}))},
                     {"flow", text(row.flow)},
                     {"key", text(row.key)},
                     {"status", text(row.status)},
                     {"event",
                      row.event != 0 ? text(engine::to_string(engine::Position{row.event}))
                                     : data::Value{}},
                     {"event_name", text(row.event_name)},
                     {"value", text(row.value)},
                     {"actor", text(row.actor)},
                     {"repeat", row.repeat ? flag(true) : data::Value{}},
                     {"opened", show_time(row.opened)},
                     {"closed", show_time(row.closed)},
                     {"good", show_commas(row.good)},
                     {"bad", show_commas(row.bad)},
                     {"error", text(row.error)},
                     {"version", text(row.version)}})
            .as_map();
    if (row.closed != Time{})
        out = std::move(out).assoc(data::Value::keyword("took"),
                                   text(to_string(row.closed - row.opened)));
    return out;
}

void show_runs(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const auto limit = read_limit(ask, usual_limit, most_limit);
    if (!limit.ok())
        return reply(limit.failure());
    const store::RunQuery query{.flow = ask.query("flow"),
                                .host = ask.query("host"),
                                .with_repeats = ask.flag("with_repeats"),
                                .limit = *limit + 1};
    auto rows = parts.runtime.history().runs(query);
    if (!rows.ok())
        return reply(rows.failure());
    if (rows->empty())
        if (const auto known = check_filters(parts.runtime.engine().state(), query); !known.ok())
            return reply(known.failure());
    const bool more = rows->size() > *limit;
    if (more)
        rows->pop_back();
    data::VectorBuilder out;
    for (const store::RunRow& row : *rows)
        out.push_back(data::Value{show_run_row(row)});
    reply(make_detail({{"runs", out.finish()}, {"more", more ? flag(true) : data::Value{}}}));
}

}  // namespace reops::control
