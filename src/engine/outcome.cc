// SPDX-License-Identifier: Apache-2.0
#include "engine/outcome.hh"

#include <array>

namespace reops::engine {

namespace {

struct StatusRow {
    std::string_view name;
    bool success;
    int code;  ///< of `failed` the exit status counts
};

// In the order of the enum.
constexpr std::array<StatusRow, 11> rows = {{
    {"verified", true, 0},
    {"done", true, 0},
    {"unverified", true, 0},
    {"failed", false, 1},
    {"unreachable", false, -1},
    {"refused", false, -2},
    {"timeout", false, -3},
    {"unknown", false, -4},
    {"expired", false, -4},
    {"cancelled", false, -4},
    {"shadow", true, 0},
}};

const StatusRow& row_of(Status status)
{
    return rows.at(static_cast<std::size_t>(status));
}

}  // namespace

std::string_view to_string(Status status)
{
    return row_of(status).name;
}

bool is_success(Status status)
{
    return row_of(status).success;
}

int code_of(Status status, int exit_code)
{
    return status == Status::failed ? exit_code : row_of(status).code;
}

}  // namespace reops::engine
