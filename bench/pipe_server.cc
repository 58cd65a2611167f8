// SPDX-License-Identifier: Apache-2.0
// pipe_server --config FILE ...: sensor -> pick -> publish, served as every flow program is
// (examples/closet.cc): durable, with history and control socket. REOPS_BENCH_QOS is the QoS that
// it publishes with; the readings' is in the configuration.
#include "app/serve.hh"
#include "pipeline/stages.hh"

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace reops::pipeline;

    const char* qos = std::getenv("REOPS_BENCH_QOS");
    return reops::app::serve(
        argc,
        argv,
        {run(sensor("temperature") | pick([](double t) { return t > 70; }, "t > 70") |
             publish("alarms", {.qos = qos != nullptr ? std::atoi(qos) : 0}))
             .named("bench")});
}
