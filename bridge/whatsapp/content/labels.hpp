/// How a stanza with a content must be marked for the server and for receivers that cannot open it (protocol part 2,
/// sections 4.5 and 4.6).
#pragma once

#include "bridge/whatsapp/content/capabilities.hpp"
#include "common/bytes/bytes.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge::whatsapp::content {

struct Labels {
    std::string_view type{"text"};  ///< `message/@type`: "text", "media", "reaction", "poll" or "event"
    std::string_view media_type;    ///< `enc/@mediatype`; empty: no attribute
    std::string_view edit;  ///< `message/@edit`: "1" edit, "2" pin, "3" channel edit, "7" and "8" revoke; or empty
    bool hide_decrypt_fail{false};  ///< `enc/@decrypt-fail="hide"`
    /// Attributes of the one `<meta>`; none when empty. A status post gets `status_setting` besides, see below.
    std::vector<std::pair<std::string_view, std::string>> meta;
    /// A status post: its `<meta>` says who sees it. Reactions and revokes must not (error 479).
    bool takes_status_setting{false};
    /// The stanza may carry a `<reporting>` token (section 4.9).
    bool takes_reporting_token{false};
};

/// Of a message as `write` made it, wrappers on. `chat` decides the edit value in channels and the status setting.
Labels labels_of(common::ByteView message, ChatKind chat = ChatKind::direct);

}  // namespace bridge::whatsapp::content
