/// A content on its way out, with everything its stanza says besides the ciphertexts.
#pragma once

#include "bridge/whatsapp/content/labels.hpp"
#include "common/bytes/bytes.hpp"

#include <string>

namespace bridge::whatsapp::messages {

struct Outgoing {
    std::string id;
    common::Bytes content;  ///< wa.e2e.Message
    content::Labels labels;
    common::Bytes reporting_token;        ///< 16 bytes, or none (protocol part 2, section 4.9)
    common::Bytes contact_token;          ///< proof that the recipient knows us (section 4.8); 1:1 only
    bool contact_token_is_secret{false};  ///< `contact_token` is a cstoken, made from the account's salt
};

}  // namespace bridge::whatsapp::messages
