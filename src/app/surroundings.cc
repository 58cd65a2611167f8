// SPDX-License-Identifier: Apache-2.0
#include "app/surroundings.hh"

#include "io/process.hh"

#include <unistd.h>

namespace reops::app {

Surroundings read_surroundings()
{
    Surroundings surroundings;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view assignment{*entry};
        const std::size_t equals = assignment.find('=');
        if (equals != std::string_view::npos)
            surroundings.environment.emplace(assignment.substr(0, equals),
                                             assignment.substr(equals + 1));
    }
    surroundings.is_root = io::own_uid() == 0;
    return surroundings;
}

}  // namespace reops::app
