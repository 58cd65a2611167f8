// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Does anybody answer at any of these places? All are asked at once.

#include "io/network.hh"
#include "io/stream.hh"

#include <functional>
#include <memory>
#include <vector>

namespace reops::providers {

/// Loop thread only. `judged` is called once, never inside the constructor; not after the
/// destruction. Nobody to ask: false.
class PortLook {
public:
    PortLook(io::EventLoop& loop,
             const std::vector<io::Endpoint>& places,
             Duration within,
             std::function<void(bool answers)> judged);

private:
    void on_answer(bool answers);
    void end(bool answers);

    io::EventLoop& loop_;
    std::function<void(bool)> judged_;
    std::size_t open_;
    std::vector<std::unique_ptr<io::PortProbe>> probes_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::providers
