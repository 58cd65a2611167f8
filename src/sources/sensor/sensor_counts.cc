// SPDX-License-Identifier: Apache-2.0
#include "sources/sensor/sensor_counts.hh"

#include <numeric>

namespace reops::sources {

std::uint64_t MappingCounts::undecodable() const
{
    return std::accumulate(faults.begin(), faults.end(), std::uint64_t{0});
}

}  // namespace reops::sources
