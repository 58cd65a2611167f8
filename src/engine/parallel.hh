// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How the engine asks for parallel work without knowing threads.

#include <cstddef>
#include <functional>

namespace reops::engine {

/// Runs `work(0) ... work(lanes() - 1)`, at the same time or one after the other, and returns when
/// all are done. The runtime has one with threads, tests and small sites use Inline.
class Parallel {
public:
    virtual ~Parallel() = default;
    virtual std::size_t lanes() const = 0;
    virtual void run(const std::function<void(std::size_t lane)>& work) = 0;

protected:
    Parallel() = default;
    Parallel(const Parallel&) = default;
    Parallel& operator=(const Parallel&) = default;
};

/// One lane, on the caller's thread.
class Inline final : public Parallel {
public:
    std::size_t lanes() const override { return 1; }
    void run(const std::function<void(std::size_t)>& work) override { work(0); }
};

}  // namespace reops::engine
