// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The routes: a table of method, path and function. A file per subject has the functions.

#include "control/ask.hh"
#include "control/server.hh"

#include <array>
#include <span>
#include <string_view>

namespace reops::control {

using Handler = void (*)(const ControlParts& parts, const Ask& ask, const Reply& reply);

struct Route {
    std::string_view method;
    std::string_view path;  ///< "/v1/runs"; with a name behind a slash at the end: "/v1/runs/"
    Handler handle;
    std::array<std::string_view, 4> query = {};  ///< the words that it knows
};

std::span<const Route> routes();

// One file each.
void show_status(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_flows(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_runs(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_run(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_why_not(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_plan(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_doctor(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_ready(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_hosts(const ControlParts& parts, const Ask& ask, const Reply& reply);
void emit(const ControlParts& parts, const Ask& ask, const Reply& reply);
void cancel(const ControlParts& parts, const Ask& ask, const Reply& reply);
void release(const ControlParts& parts, const Ask& ask, const Reply& reply);
void disarm(const ControlParts& parts, const Ask& ask, const Reply& reply);
void resume(const ControlParts& parts, const Ask& ask, const Reply& reply);
void show_frozen(const ControlParts& parts, const Ask& ask, const Reply& reply);
void freeze(const ControlParts& parts, const Ask& ask, const Reply& reply);
void thaw(const ControlParts& parts, const Ask& ask, const Reply& reply);
void reload(const ControlParts& parts, const Ask& ask, const Reply& reply);
void shut_down(const ControlParts& parts, const Ask& ask, const Reply& reply);

}  // namespace reops::control
