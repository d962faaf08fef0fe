/// Records on standard output.
#pragma once

#include "bridge/convert/wire/wire.hpp"

#include <cstdint>
#include <span>

namespace bridge::convert::worker {

/// Ends the process when nobody reads any more.
void write_record(
    wire::Record record, std::span<const std::uint8_t> head, std::span<const std::uint8_t> body = {}
) noexcept;

inline void write_info(const wire::Info& info) noexcept { write_record(wire::Record::info, wire::to_bytes(info)); }

}  // namespace bridge::convert::worker
