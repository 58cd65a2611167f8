// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"

namespace reops::app {

std::vector<Command> all_commands()
{
    std::vector<Command> out;
    for (const auto& group : {event_commands(),
                              flow_commands(),
                              freeze_commands(),
                              run_commands(),
                              why_not_commands(),
                              plan_commands(),
                              check_commands(),
                              lang_commands(),
                              host_commands(),
                              reach_commands(),
                              serve_commands(),
                              care_commands()})
        out.insert(out.end(), group.begin(), group.end());
    return out;
}

}  // namespace reops::app
