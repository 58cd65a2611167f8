// SPDX-License-Identifier: Apache-2.0
#include "hosts/hosts.hh"

#include <algorithm>
#include <utility>

namespace reops::hosts {

namespace {

void add_once(std::vector<std::string>& names, std::string name)
{
    if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

}  // namespace

Hosts::Hosts(std::initializer_list<const char*> list)
{
    for (const char* name : list)
        add_once(names, name);
}

Hosts::Hosts(const std::vector<std::string>& list, data::Value auth_map) : auth(std::move(auth_map))
{
    for (const std::string& name : list)
        add_once(names, name);
}

}  // namespace reops::hosts
