// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What a process knows and sets about itself.

#include "base/result.hh"
#include "base/time.hh"

#include <cstdint>
#include <string>

namespace reops::io {

/// Whose rights we act with (effective).
std::uint32_t own_uid();

/// The program's file: "/usr/bin/reops".
Result<std::string> executable_path();

/// Bytes of memory that are resident now; 0 when /proc cannot be read.
std::uint64_t resident_memory();

/// Processor time that the calling thread has used.
Duration thread_processor_time();

/// The calling thread rests. For programs of the flow language that ask for it, on threads of their
/// own; nothing of ours waits so.
void rest_thread(Duration span);

/// Secrets stay out of core files, also those that a crash handler collects. Reading
/// /proc/PID/mem and attaching a debugger need root from then on.
Result<void> turn_off_core_dumps();

/// Asks for `signal` when the thread that started us ends. For helper programs: their pipes end
/// too, but only when they read. Fails with cancelled when the parent has gone already.
Result<void> die_with_parent(int parent_pid, int signal);

/// Lets us open as many files as the system's hard limit allows; returns how many.
std::uint64_t raise_open_file_limit();

}  // namespace reops::io
