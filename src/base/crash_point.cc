// SPDX-License-Identifier: Apache-2.0
#include "base/crash_point.hh"

namespace reops {

namespace {

CrashHook installed = nullptr;

}  // namespace

void set_crash_hook(CrashHook hook)
{
    installed = hook;
}

void pass_crash_point(const char* name, bool after)
{
    if (installed != nullptr)
        installed(name, after);
}

}  // namespace reops
