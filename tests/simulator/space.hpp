/// The two addresses of every person: the phone number and the LID, which the simulator derives from it.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"

#include <string>
#include <string_view>

namespace simulator {

using bridge::whatsapp::Jid;

/// The address space of a stanza or group: phone numbers or LIDs.
enum class Space { pn, lid };
inline Space space_of(const Jid& jid) { return jid.is_lid() ? Space::lid : Space::pn; }
inline Space other(Space space) { return space == Space::lid ? Space::pn : Space::lid; }
/// "lid" or "pn": the value of `addressing_mode`, and the ending of attributes such as `sender_pn`.
inline const char* name_of(Space space) { return space == Space::lid ? "lid" : "pn"; }

/// Digits of a LID derived from the number, so that a test can tell it in advance.
std::string lid_for(std::string_view phone);
Jid person(std::string_view phone, Space space, std::uint16_t device = 0);

}  // namespace simulator
