// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The stages of the engine that call a function of the language.

#include "engine/stage.hh"
#include "library/stage_function.hh"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::library {

/// `pick` on the event's value. A function that gives a number is a mistake (the comparison is
/// missing); a set, a map or a keyword may give one (`may_give_number`).
engine::StagePtr make_value_pick(StageFunction function, std::string form, bool may_give_number);
/// `pick` on each host's result: hosts whose result fails it are dropped.
engine::StagePtr make_result_pick(StageFunction function, std::string form, bool may_give_number);
/// `pick` in Re-ops' form: (fn [success failure hosts]) gives the hosts to go on with.
engine::StagePtr make_host_pick(StageFunction function, std::string form);
/// `pretty`: shows what came of the hosts as a table, and lets all go on.
class PrettyStage final : public engine::ChooseStage {
public:
    /// `print` is where the table goes when a flow's run comes by.
    PrettyStage(std::function<void(std::string_view)> print, std::string form)
        : print_(std::move(print)), form_(std::move(form))
    {
    }
    std::string_view name() const override { return "pretty"; }
    std::string printed() const override { return form_; }
    std::vector<std::string> choose(const engine::HostResults& success,
                                    const engine::HostResults& failure,
                                    const std::vector<std::string>& hosts) const override;
    static std::string table(const engine::HostResults& results);

private:
    std::function<void(std::string_view)> print_;
    std::string form_;
};

/// `map`: replaces the value.
engine::StagePtr make_function_map(StageFunction function, std::string form);
/// A function of the user's: `(f signal a b)` gives nil (the flow ends here for this event), or a
/// map whose :value replaces the value.
engine::StagePtr make_user_stage(StageFunction function,
                                 std::vector<data::Value> arguments,
                                 std::string word,
                                 std::string form);

/// The same behind an action: the signal has :hosts, :success and :failure.
engine::StagePtr make_user_signal_stage(StageFunction function,
                                        std::vector<data::Value> arguments,
                                        std::string word,
                                        std::string form);
/// Re-ops' form, behind an action: `(f hosts result & more)` gives `[hosts result]`.
engine::StagePtr make_reops_stage(StageFunction function,
                                  std::vector<data::Value> arguments,
                                  std::string form);

}  // namespace reops::library
