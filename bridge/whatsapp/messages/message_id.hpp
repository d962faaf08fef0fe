/// Message ids as web clients make them (protocol part 2, section 4.1).
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"

#include <span>
#include <string>

namespace bridge::whatsapp::messages {

/// "3EB0" and 18 upper-case hex digits from the time, the own number and 16 random bytes.
std::string make_message_id(common::UnixTime now, const Jid& own_pn, std::span<const std::uint8_t, 16> random);
std::string make_message_id(common::UnixTime now, const Jid& own_pn);

/// Ids that a caller may choose: 1 to 64 of letters, digits, '-', '_', '.'.
bool is_acceptable_message_id(std::string_view id) noexcept;

}  // namespace bridge::whatsapp::messages
