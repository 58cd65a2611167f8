// SPDX-License-Identifier: Apache-2.0
// The closet flow with a function that takes 30 ms: every reading is pending first.
#include "app/serve.hh"
#include "pipeline/stages.hh"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace {

/// As a function that asks somebody else: it waits, and uses no processor.
void take_30_ms()
{
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock{mutex};
    (void)never.wait_for(lock, std::chrono::milliseconds{30}, [] { return false; });
}

}  // namespace

int main(int argc, char** argv)
{
    using namespace reops::pipeline;

    const Hosts closet{"foo", "bar", "big-iron"};
    const auto slowly = [](double t) {
        take_30_ms();
        return t > 70;
    };

    return reops::app::serve(
        argc,
        argv,
        {run(sensor("temperature") | pick(slowly, "t > 70, slowly") | stop(closet) |
             email("stopped all closet instances, room too hot"))
             .named("closet-heat")});
}
