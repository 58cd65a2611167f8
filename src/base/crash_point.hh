// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Named places where a test may kill the process: every write, acknowledgement, effect begin
/// and effect end passes one. Compiled in with REOPS_CHECKED only; a release build has none.
/// base only calls the hook; io/crash_plan.hh installs it and decides when to die.

namespace reops {

/// Called with the point's name and whether the guarded step is about to happen or has happened.
/// Null means: nobody listens.
using CrashHook = void (*)(const char* name, bool after);

/// Installs the hook; call before threads start.
void set_crash_hook(CrashHook hook);

/// Use the macros below instead.
void pass_crash_point(const char* name, bool after);

}  // namespace reops

#ifdef REOPS_CHECKED
#define REOPS_BEFORE(name) ::reops::pass_crash_point(name, false)
#define REOPS_AFTER(name) ::reops::pass_crash_point(name, true)
#else
#define REOPS_BEFORE(name) void(0)
#define REOPS_AFTER(name) void(0)
#endif
