// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Stopping by design: a Gate counts who is inside, refuses entry once closed, and tells when
/// the last one has left.

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace reops::io {

/// Loop thread only. Nobody may be inside when it is destroyed (REOPS_CHECK).
class Gate {
public:
    /// Being inside; leaving is its destruction. Movable. False when the gate was closed.
    class Pass {
    public:
        Pass() = default;
        explicit Pass(Gate* gate) : gate_(gate) {}
        Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
        Pass& operator=(Pass&& other) noexcept;
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        ~Pass();
        explicit operator bool() const { return gate_ != nullptr; }

    private:
        Gate* gate_ = nullptr;
    };

    Gate() = default;
    ~Gate();
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    [[nodiscard]] Pass enter();
    /// From now on enter() refuses; `empty` is called once nobody is inside, perhaps at once.
    void close(std::function<void()> empty);
    bool is_closed() const { return closed_; }
    std::size_t inside() const { return inside_; }

private:
    void leave();

    std::size_t inside_ = 0;
    bool closed_ = false;
    std::function<void()> empty_;
};

}  // namespace reops::io
