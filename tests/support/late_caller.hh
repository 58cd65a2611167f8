// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Functions of the user that take long, without threads or time: a function says itself that
/// patience is over, and the test says when its answer comes.

#include "engine/call.hh"
#include "engine/stages.hh"
#include "tests/support/test_flows.hh"

#include <cmath>
#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace reops::test {

/// One thread.
class LateCaller final : public engine::Caller {
public:
    std::set<std::string> known_slow;  ///< names of flows
    bool refuses = false;
    std::size_t waited = 0;  ///< calls of run()

    /// From inside a function: the engine goes on without it. Nothing for one that is begun alone.
    void take_long()
    {
        if (running_ != nullptr && !left_)
            left_ = running_->leave();
    }
    void run(std::span<const engine::CallPtr> calls, std::span<engine::CallEnd> ends) override
    {
        ++waited;
        for (std::size_t i = 0; i < calls.size(); ++i) {
            if (refuses) {
                ends[i] = engine::CallEnd::refused;
                continue;
            }
            running_ = calls[i].get();
            left_ = false;
            calls[i]->run();
            running_ = nullptr;
            ends[i] = left_ ? engine::CallEnd::left : engine::CallEnd::ended;
            if (left_)
                late_.push_back({calls[i], true});
        }
    }
    engine::CallEnd begin(const engine::CallPtr& call) override
    {
        late_.push_back({call, false});
        return engine::CallEnd::left;
    }
    bool expects_slow(const engine::Flow& flow) const override
    {
        return known_slow.contains(flow.name);
    }

    std::size_t late() const { return late_.size(); }
    /// The answer of one that is late, to be fed.
    engine::Body answer(std::size_t which = 0)
    {
        if (which >= late_.size())
            throw std::out_of_range("nothing is late");
        const Late one = late_[which];
        late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(which));
        if (!one.has_run)
            one.call->run();
        return one.call->answer(milliseconds(50));
    }

private:
    struct Late {
        engine::CallPtr call;
        bool has_run;
    };

    engine::Call* running_ = nullptr;
    bool left_ = false;
    std::vector<Late> late_;
};

/// As over(), but takes long for a value that is not a whole number.
inline engine::StagePtr slowly_over(LateCaller& caller, double level)
{
    const engine::StagePtr quick = over(level);
    return engine::make_pick(
        [&caller, level](const data::Value& value) {
            const double number = value.number().value_or(0);
            if (number != std::floor(number))
                caller.take_long();
            return number > level;
        },
        "slowly " + quick->printed());
}

}  // namespace reops::test
