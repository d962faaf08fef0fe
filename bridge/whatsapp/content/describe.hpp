/// What lists, notifications and search show of a content.
#pragma once

#include "bridge/whatsapp/content/content.hpp"

#include <string>

namespace bridge::whatsapp::content {

struct Description {
    enum class Role {
        message,  ///< a message of its own
        add_on,   ///< acts on another message: reaction, vote, edit, revoke, pin, comment ...
        hidden,   ///< protocol, timers, keys, nothing
    };
    Role role{Role::hidden};
    Kind kind{Kind::nothing};
    std::string text;        ///< readable: caption, question and options, choices, place, names of cards ...
    std::string media_type;  ///< "" for texts, else as the message store names it: "image", "audio", "poll" ...
    std::string file_name;   ///< of documents
};

/// Never fails: bytes that are no message are hidden, content that we do not know is named "unknown".
Description describe(common::ByteView message);
Description describe(const Content& content);

}  // namespace bridge::whatsapp::content
