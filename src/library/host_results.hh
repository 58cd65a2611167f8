// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What came of hosts, as Re-ops shows it to functions: `:success` is a vector of
/// {:host :code :result}, `:failure` a map from exit code to such a vector.

#include "data/value.hh"
#include "engine/signal.hh"
#include "hosts/hosts.hh"
#include "lang/task.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::library {

/// What the verb gave, parsed; null behind actions that give nothing, and of hosts that failed.
const data::Value* given_result(const engine::HostResult& result);
data::Value show_result(const engine::HostResult& result);
data::Value show_success(const engine::HostResults& results);
data::Value show_failure(const engine::HostResults& results);
/// `{:auth {} :hosts [..]}`.
data::Value show_hosts(const std::vector<std::string>& names);

/// The Hosts in a value: a Hosts record, a map with :hosts, a vector or set of names, one name.
/// Throws LangError that names `word`.
hosts::Hosts read_hosts(lang::Task& task, const data::Value& value, std::string_view word);

}  // namespace reops::library
