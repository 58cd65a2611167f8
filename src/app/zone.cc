// SPDX-License-Identifier: Apache-2.0
#include "app/zone.hh"

#include "base/nearest.hh"

#include <stdexcept>
#include <vector>

#include <date/tz.h>

namespace reops::app {

namespace {

const date::time_zone* find_zone(const std::string& name)
{
    try {
        return name.empty() ? date::current_zone() : date::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;  // the library has no other way to say that there is no such zone
    }
}

std::string zones_near(const std::string& name)
{
    std::vector<std::string> known;
    try {
        for (const date::time_zone& zone : date::get_tzdb().zones)
            known.push_back(zone.name());
    } catch (const std::runtime_error&) {
        return "install tzdata";
    }
    const std::string hint = did_you_mean(nearest_words(name, known));
    return hint.empty() ? "a zone is written such as \"Australia/Sydney\"" : hint;
}

}  // namespace

Result<Duration> utc_offset(const std::string& zone, Time time)
{
    const date::time_zone* found = find_zone(zone);
    if (found == nullptr && zone.empty())
        return Duration{0};
    if (found == nullptr)
        return Failure{Code::not_found, "no time zone is named `" + zone + "`", zones_near(zone)};
    const date::sys_time<std::chrono::microseconds> at{std::chrono::microseconds{time.us}};
    return Duration{found->get_info(at).offset};
}

}  // namespace reops::app
