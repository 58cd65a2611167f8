// SPDX-License-Identifier: Apache-2.0
// The closet: when the room gets too hot, its machines are shut down in the right order, and a
// mail says so. A whole program: run it, then talk to it with `reops runs`, `reops why r-1`.
#include "app/serve.hh"
#include "pipeline/stages.hh"

int main(int argc, char** argv)
{
    using namespace reops::pipeline;

    const Hosts closet{"foo", "bar", "big-iron"};

    return reops::app::serve(
        argc,
        argv,
        {run(sensor("temperature") | pick([](double t) { return t > 70; }, "t > 70") |
             stop(closet) | email("stopped all closet instances, room too hot"))
             .named("closet-heat")});
}
