// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Hosts: an ordered set of names that can be reached, with the way in (Re-ops' record).

#include "data/value.hh"

#include <initializer_list>
#include <string>
#include <vector>

namespace reops::hosts {

/// `(Hosts. {} ["foo" "bar"])`. A repeated name counts once; the first place is kept.
struct Hosts {
    data::Value auth;  ///< {:user :ssh-key :ssh-port}, or nil
    std::vector<std::string> names;

    Hosts() = default;
    Hosts(std::initializer_list<const char*> list);
    explicit Hosts(const std::vector<std::string>& list, data::Value auth_map = {});
};

}  // namespace reops::hosts
