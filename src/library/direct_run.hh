// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What is typed acts at once: `(exec closet "uptime")`, `(run (exec closet "uptime") | (pick
/// successful))`. Actions and mails go through somebody's runtime; functions between them are
/// called on the thread of who typed.

#include "data/value.hh"
#include "engine/signal.hh"
#include "lang/task.hh"
#include "library/stage_value.hh"
#include "runtime/direct_runs.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::library {

/// Where steps are carried out. Called on the thread of the task.
class DirectSteps {
public:
    virtual ~DirectSteps() = default;

    /// Waits until the step has ended. An interrupt of the task cancels what has not begun and is
    /// thrown on. `wish.actor` is filled in.
    virtual Result<runtime::StepEnd> step(lang::Task& task, runtime::StepWish wish) = 0;
    virtual void end(const std::string& run, const std::string& error) = 0;

protected:
    DirectSteps() = default;
    DirectSteps(const DirectSteps&) = default;
    DirectSteps& operator=(const DirectSteps&) = default;
};

/// Throws LangError where nothing may act: in the function of a stage, while a file is loaded,
/// without a runtime.
void check_may_act(Program& program, std::string_view word);

/// Carries the stages out one after the other and gives the signal: {:hosts :success :failure
/// :value :run}. `stages` are placed stages; the first one acts on hosts.
data::Value act(lang::Task& task, Program& program, const std::vector<data::Value>& stages);

/// One action alone, by its word outside of `run`.
data::Value act_alone(lang::Task& task, const data::Value& stage);

}  // namespace reops::library
