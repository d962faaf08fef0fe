/// What a content holds that is only shown: the JSON object whose members stand in the message's JSON.
#pragma once

#include "bridge/whatsapp/content/content.hpp"

#include <string>

namespace bridge::app {

/// "" when there is nothing: location, contacts, event, link_preview, choices, group_invite ....
std::string details_of(const whatsapp::content::Content& content);

}  // namespace bridge::app
