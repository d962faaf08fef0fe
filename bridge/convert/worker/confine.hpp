/// The fence around the worker: put up before the first byte of the file is read, never taken down.
#pragma once

#include "bridge/convert/wire/wire.hpp"

namespace bridge::convert::worker {

/// Limits on CPU time, memory and files; no new privileges, no descriptors beyond the standard three, and a system call
/// filter that leaves memory, reading standard input and writing standard output. False when any of it failed.
bool confine(const wire::Request& request) noexcept;

/// Tries what the fence forbids, and writes a line to standard output for each thing that worked.
void try_fence() noexcept;

}  // namespace bridge::convert::worker
