// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Which build of the program this is: it stands for the C++ functions in a flow's version,
/// whose text is not known at run time.

#include <string>

namespace reops::app {

/// The linker's build id (the note NT_GNU_BUILD_ID of the running program) in hex; empty when it
/// was linked without one.
std::string build_id();

}  // namespace reops::app
