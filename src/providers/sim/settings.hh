// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How one simulated machine behaves: the words of a system's `:sim` map and of `sim/set`.
/// Pure.

#include "base/result.hh"
#include "base/time.hh"
#include "data/map.hh"
#include "data/value.hh"
#include "providers/provider.hh"

#include <string>

namespace reops::providers::sim {

struct Settings {
    Duration boot = seconds(2);
    Duration stop = seconds(1);
    PowerState initial = PowerState::on;
    std::string runs_on;       ///< name of its hypervisor; empty: none
    std::string type;          ///< as the inventory says it
    std::string fail_start;    ///< a start fails with this sentence
    std::string fail_stop;     ///< a graceful stop fails with this sentence
    bool ignore_stop = false;  ///< a graceful stop is accepted and nothing happens
    bool never_boots = false;  ///< a start is accepted, and it is off again after `boot`
    bool unreachable = false;  ///< every request fails `unreachable`
    bool denied = false;       ///< every request fails `denied`
    bool silent = false;       ///< no request is ever answered
};

/// The words that the options of a request say: the map under `sim`, and `runs-on` and
/// `type` beside it.
data::Map declared_words(const data::Value& options);

/// Later words replace earlier ones of the same name; keys become keywords.
data::Map merge_words(const data::Map& words, const data::Value& more);

/// Failure: invalid_argument, naming the word and the words that exist.
Result<Settings> read_settings(const data::Map& words);

}  // namespace reops::providers::sim
