/// How a chat or a person is addressed.
#pragma once

#include <string>

namespace bridge::store {

/// Either form may be empty, not both. Rows are keyed by person, so that one human is one chat whichever form a message
/// came with; learning the missing form merges two rows into one.
struct Party {
    std::string jid;  ///< "15551234567@s.whatsapp.net", a group JID ...
    std::string lid;  ///< "123456789012345@lid"
    friend bool operator==(const Party&, const Party&) = default;
};

/// The chat of the status posts: kept apart from the other chats.
inline constexpr const char* status_chat = "status@broadcast";

}  // namespace bridge::store
