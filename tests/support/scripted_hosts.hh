// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Hosts on virtual time that answer power effects as a test says.

#include "data/map.hh"
#include "engine/effect.hh"
#include "engine/outcome.hh"

#include <algorithm>
#include <deque>
#include <map>
#include <string>

namespace reops::test {

using engine::Outcome;
using engine::Status;

/// How a host answers.
struct HostScript {
    bool on = true;
    Duration stop_takes = seconds(10);
    Duration start_takes = seconds(20);
    bool ignores_stop = false;      ///< stays on until it is switched off
    bool ignores_switch = false;    ///< stays on then, too
    std::deque<Outcome> next = {};  ///< answers before the ones above, at once
    bool silent = false;            ///< never answers
    Duration verb_takes = seconds(1);
    data::Value says = data::Value::string("well");  ///< the result of a verb
};

/// A host that no test spoke of is on and obeys.
class ScriptedHosts {
public:
    HostScript& operator[](const std::string& name) { return scripts_[name]; }

    /// How long the answer takes; at once when nothing is to be done.
    Duration time_for(const engine::Effect& effect)
    {
        const HostScript& script = scripts_[effect.host];
        const bool start = effect.kind == "start";
        if (is_verb(effect))
            return script.next.empty() ? script.verb_takes : Duration{};
        if (!script.next.empty() || script.on == start)
            return Duration{};
        if (start)
            return std::min<Duration>(script.start_takes, effect.limit);
        if (effect.kind == "stop-hard")
            return script.ignores_switch ? effect.limit : Duration{seconds(1)};
        return script.ignores_stop ? effect.limit
                                   : std::min<Duration>(script.stop_takes, effect.limit);
    }
    /// Does it.
    Outcome answer(const engine::Effect& effect)
    {
        HostScript& script = scripts_[effect.host];
        if (!script.next.empty()) {
            Outcome outcome = script.next.front();
            script.next.pop_front();
            return outcome;
        }
        if (is_verb(effect))
            return {
                .status = Status::done,
                .exit_code = 0,
                .evidence =
                    data::Value{data::make_map({{data::Value::keyword("result"), script.says}})},
                .took = script.verb_takes};
        const bool start = effect.kind == "start";
        if (script.on == start)
            return {.status = Status::verified, .changed = false};
        const bool reached = start ? script.start_takes <= effect.limit
                             : effect.kind == "stop-hard"
                                 ? !script.ignores_switch
                                 : !script.ignores_stop && script.stop_takes <= effect.limit;
        if (!reached)
            return {.status = Status::timeout, .took = effect.limit};
        script.on = start;
        return {.status = Status::verified, .took = start ? script.start_takes : script.stop_takes};
    }

private:
    static bool is_verb(const engine::Effect& effect)
    {
        return effect.kind == "exec" || effect.kind == "ask";
    }

    std::map<std::string, HostScript> scripts_;
};

}  // namespace reops::test
