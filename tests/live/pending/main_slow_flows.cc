// SPDX-License-Identifier: Apache-2.0
// Three flows: one whose function is quick, one whose function waits for 50 ms, one whose function
// uses 2 s of processor time.
#include "app/serve.hh"
#include "pipeline/stages.hh"

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>

namespace {

void wait_50_ms()
{
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock{mutex};
    (void)never.wait_for(lock, std::chrono::milliseconds{50}, [] { return false; });
}

double processor_seconds()
{
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

void compute_for_2_s()
{
    const double end = processor_seconds() + 2;
    while (processor_seconds() < end) {
    }
}

}  // namespace

int main(int argc, char** argv)
{
    using namespace reops::pipeline;

    const auto quick = [](double t) { return t > 70; };
    const auto waits = [](double t) {
        wait_50_ms();
        return t > 70;
    };
    const auto computes = [](double t) {
        compute_for_2_s();
        return t > 70;
    };

    return reops::app::serve(
        argc,
        argv,
        {run(sensor("temperature") | pick(quick, "t > 70") | publish("out/quick")).named("quick"),
         run(sensor("humidity") | pick(waits, "waits") | publish("out/waits")).named("waits"),
         run(sensor("power") | pick(computes, "computes") | publish("out/computes"))
             .named("computes")});
}
