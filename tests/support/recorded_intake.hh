// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An intake that keeps what it was offered and commits when the test says so.

#include "runtime/intake.hh"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace reops::test {

/// Loop thread only.
class RecordedIntake final : public runtime::Intake {
public:
    void offer(engine::Event event) override { events.push_back(std::move(event)); }
    void after_commit(std::function<void()> committed) override
    {
        waiting.push_back(std::move(committed));
    }
    Duration window_left() const override { return window; }
    bool is_accepting() const override { return accepting_; }
    void on_accepting(std::function<void(bool)> changed) override
    {
        watchers_.push_back(std::move(changed));
    }
    void trouble(const std::string& cause, const std::string& text, bool over) override
    {
        troubles.push_back((over ? "over " : "") + cause + ": " + text);
    }

    /// What was offered so far is durable.
    void commit()
    {
        auto due = std::exchange(waiting, {});
        for (const auto& each : due)
            each();
    }
    void set_accepting(bool accepting)
    {
        accepting_ = accepting;
        for (const auto& each : watchers_)
            each(accepting);
    }

    Duration window{};  ///< what each commit leaves of its window
    std::vector<engine::Event> events;
    std::vector<std::function<void()>> waiting;
    std::vector<std::string> troubles;

private:
    bool accepting_ = true;
    std::vector<std::function<void(bool)>> watchers_;
};

}  // namespace reops::test
