// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What happened in a scenario, as the text of expected.edn: one line a thing, in order.

#include "engine/decision.hh"
#include "engine/engine.hh"
#include "tests/support/scenario/world.hh"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace reops::scenario {

/// One line: `{:at "30s" :do stop :host "foo"}`.
class Line {
public:
    Line& word(std::string_view key, std::string_view plain);   ///< as it is: a symbol, a number
    Line& quoted(std::string_view key, std::string_view text);  ///< left out when empty
    Line& list(std::string_view key, const std::vector<std::string>& texts);  ///< or when it is
    std::string text() const { return "{" + text_ + "}"; }

private:
    std::string text_;
};

/// Told of everything while a scenario is played; writes it down at the end.
class Chronicle {
public:
    explicit Chronicle(Time start) : start_(start) {}

    /// A batch was committed; `engine` is the state after it.
    void decided(const engine::Batch& batch, const engine::Engine& engine, Time now);
    /// A performer was given an effect.
    void offered(const engine::Effect& effect, Time now);
    void ended(const engine::Ended& ended, Time now);
    /// The program died: what its performers were doing has no end.
    void died(Time now);

    /// The text of expected.edn.
    std::string write(const World& world) const;

private:
    struct Attempt {
        std::string kind, host, began, ended, outcome, message;
        std::uint64_t effect = 0;
        std::uint64_t run = 0;
        bool unchanged = false;
        bool hard = false;
    };
    struct Told {  ///< a mail, an alert, a message
        std::string at, id, thread, subject, text, outcome, why;
        std::vector<std::string> rows, tries;
        bool recovered = false;
        std::string kind;
    };
    struct RunLine {
        std::string flow, key, event, value, actor, from, to, status, error;
        bool repeat = false;
        std::vector<std::string> results;
    };
    struct IncidentLine {
        std::string flow, key, opened, closed, why, counts;
    };
    struct HoldLine {
        std::string host, flow, key, from, to;
        bool silent = false;
    };
    struct Trace {
        std::uint64_t count = 0;
        std::string first, last, stage;
    };

    std::string since(Time now) const;
    void note(const engine::Note& note, const std::string& at);
    void note_run(const engine::Note& note, const std::string& at);
    void note_incident(const engine::Note& note, const std::string& at);
    void note_told(const engine::Note& note);
    void note_other(const engine::Note& note, const std::string& at);
    void trace(const engine::TraceItem& item,
               const engine::Entry& entry,
               const engine::Engine& engine,
               const std::string& at);
    void look_at_holds(const engine::Engine& engine, const std::string& at);
    Told& told_of(const engine::Effect& effect, const std::string& at);

    bool is_counted_only(std::uint64_t run) const;
    std::vector<std::string> run_lines() const;
    std::vector<std::string> attempt_lines() const;
    std::vector<std::string> mail_lines() const;
    std::vector<std::string> told_lines(std::string_view kind) const;
    std::vector<std::string> incident_lines() const;
    std::vector<std::string> hold_lines() const;
    std::vector<std::string> request_lines(const World& world) const;
    std::vector<std::string> trace_lines() const;

    Time start_;
    std::map<std::uint64_t, RunLine> runs_;
    std::vector<Attempt> attempts_;
    std::vector<Told> told_;
    std::map<std::uint64_t, std::size_t> told_by_effect_;
    std::vector<IncidentLine> incidents_;
    std::vector<HoldLine> holds_;
    std::map<std::string, std::size_t> open_holds_;
    std::vector<std::string> others_;
    /// By flow, key, reason, stage; in the order of their first event.
    std::vector<std::pair<std::tuple<std::string, std::string, std::string, std::string>, Trace>>
        traces_;
};

}  // namespace reops::scenario
