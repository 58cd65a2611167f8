// SPDX-License-Identifier: Apache-2.0
#include "io/gate.hh"

#include "base/check.hh"

namespace reops::io {

Gate::Pass& Gate::Pass::operator=(Pass&& other) noexcept
{
    if (this != &other) {
        Gate* const left = std::exchange(gate_, std::exchange(other.gate_, nullptr));
        if (left != nullptr)
            left->leave();
    }
    return *this;
}

Gate::Pass::~Pass()
{
    if (gate_ != nullptr)
        gate_->leave();
}

Gate::~Gate()
{
    REOPS_CHECK(inside_ == 0, "a gate ends with somebody inside");
}

Gate::Pass Gate::enter()
{
    if (closed_)
        return Pass{};
    ++inside_;
    return Pass{this};
}

void Gate::close(std::function<void()> empty)
{
    REOPS_CHECK(!closed_, "a gate is closed once");
    closed_ = true;
    if (inside_ > 0)
        empty_ = std::move(empty);
    else if (empty)
        empty();
}

void Gate::leave()
{
    --inside_;
    if (inside_ > 0 || !empty_)
        return;
    // It may end this gate.
    const auto empty = std::exchange(empty_, nullptr);
    empty();
}

}  // namespace reops::io
