// SPDX-License-Identifier: Apache-2.0
#include "providers/physical/port_look.hh"

#include <utility>

namespace reops::providers {

PortLook::PortLook(io::EventLoop& loop,
                   const std::vector<io::Endpoint>& places,
                   Duration within,
                   std::function<void(bool)> judged)
    : loop_(loop), judged_(std::move(judged)), open_(places.size())
{
    for (const io::Endpoint& place : places)
        probes_.push_back(
            io::probe_port(loop, place.host, place.port, within, [this](io::Answer answer) {
                on_answer(answer != io::Answer::silent);
            }));
    if (places.empty())
        end(false);
}

void PortLook::on_answer(bool answers)
{
    --open_;
    if (answers || open_ == 0)
        end(answers);
}

/// The probe that answered is on the stack below us, and the owner may drop us.
void PortLook::end(bool answers)
{
    loop_.post([this, alive = std::weak_ptr{alive_}, answers] {
        if (alive.expired())
            return;
        if (const auto told = std::exchange(judged_, nullptr))
            told(answers);
    });
}

}  // namespace reops::providers
