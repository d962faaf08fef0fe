/// The participant hash that sender and server compare to notice a device list that has changed.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"

#include <span>
#include <string>

namespace bridge::whatsapp {

/// `2:` and eight base64 characters; the order of the devices does not matter (protocol part 2, section 2.4).
std::string participant_hash(std::span<const Jid> devices);

}  // namespace bridge::whatsapp
