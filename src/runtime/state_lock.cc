// SPDX-License-Identifier: Apache-2.0
#include "runtime/state_lock.hh"

#include <utility>

namespace reops::runtime {

Result<io::LockFile> lock_state(const std::string& state_folder)
{
    auto lock = io::LockFile::acquire(state_folder + "/lock");
    if (lock.ok() || lock.failure().code != Code::conflict)
        return lock;
    Failure taken = lock.failure().while_("another reops uses the state folder " + state_folder);
    taken.details = "stop it (reops shutdown), or give this one a folder of its own with :state";
    return taken;
}

}  // namespace reops::runtime
