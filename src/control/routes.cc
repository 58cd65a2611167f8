// SPDX-License-Identifier: Apache-2.0
#include "control/routes.hh"

namespace reops::control {

namespace {

constexpr std::array<Route, 19> table = {{
    {"GET", "/v1/status", show_status},
    {"GET", "/v1/flows", show_flows},
    {"GET", "/v1/runs", show_runs, {"flow", "host", "limit", "with_repeats"}},
    {"GET", "/v1/runs/", show_run},
    {"GET", "/v1/why-not", show_why_not, {"of", "limit"}},
    {"GET", "/v1/plan", show_plan, {"flow", "value", "key"}},
    {"GET", "/v1/doctor", show_doctor},
    {"GET", "/v1/ready", show_ready, {"flow"}},
    {"GET", "/v1/hosts", show_hosts, {"look"}},
    {"GET", "/v1/frozen", show_frozen},
    {"POST", "/v1/emit", emit},
    {"POST", "/v1/cancel", cancel},
    {"POST", "/v1/release", release},
    {"POST", "/v1/disarm", disarm},
    {"POST", "/v1/resume", resume},
    {"POST", "/v1/freeze", freeze},
    {"POST", "/v1/thaw", thaw},
    {"POST", "/v1/reload", reload},
    {"POST", "/v1/shutdown", shut_down},
}};

}  // namespace

std::span<const Route> routes()
{
    return table;
}

}  // namespace reops::control
