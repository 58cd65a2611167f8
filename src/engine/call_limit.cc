// SPDX-License-Identifier: Apache-2.0
#include "engine/call_limit.hh"

#include <utility>

namespace reops::engine {

namespace {

thread_local CallLimit* limit_of_thread = nullptr;

}  // namespace

CallLimit* set_call_limit(CallLimit* limit)
{
    return std::exchange(limit_of_thread, limit);
}

void begin_limited_call()
{
    if (limit_of_thread != nullptr)
        limit_of_thread->begin();
}

void check_call_limit()
{
    if (limit_of_thread != nullptr && limit_of_thread->is_over())
        throw CallOver{};
}

}  // namespace reops::engine
