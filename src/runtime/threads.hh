// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Workers for the filter half: a few threads that wait between batches.

#include "engine/parallel.hh"

#include <cstddef>
#include <memory>

namespace reops::runtime {

/// One lane runs on the caller's thread and starts none; more lanes start lanes - 1 threads, which
/// end with it. run() must not be called by two threads at once.
class Threads final : public engine::Parallel {
public:
    explicit Threads(std::size_t lanes);
    ~Threads() override;
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    std::size_t lanes() const override;
    void run(const std::function<void(std::size_t lane)>& work) override;

private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

}  // namespace reops::runtime
