// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Who carries out the verbs of the operations table: makes the command, has it carried to
/// the host, reads what it said.
///
///     command ──does not fit──> refused
///       │ carried to the host
///       ├── not begun: nobody answers, nobody lets us in, another key ──> unreachable, refused,
///       timeout ├── begun and lost ──> unknown ├── begun and not ended within its limit ──>
///       timeout └── ended ──> done with :result, or failed with the exit status

#include "remote/transport.hh"
#include "runtime/performer.hh"

#include <cstddef>
#include <memory>

namespace reops::actions {

/// What is kept of a host's output, for the journal has to hold it.
inline constexpr std::size_t most_result_bytes = 64UL << 10;

/// Loop thread only. Any number of effects at once; the transport bounds what runs. Owned by the
/// composer; destroyed before the transport. After its destruction no `done` is called.
class OperationPerformer final : public runtime::Performer {
public:
    explicit OperationPerformer(remote::Transport& transport) : transport_(transport) {}
    OperationPerformer(const OperationPerformer&) = delete;
    OperationPerformer& operator=(const OperationPerformer&) = delete;
    ~OperationPerformer() override = default;

    std::span<const std::string_view> kinds() const override;
    void perform(const engine::Effect& effect, runtime::Done done) override;
    /// What is on its way goes on and is reported.
    void cancel(engine::EffectId effect) override;

private:
    remote::Transport& transport_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::actions
