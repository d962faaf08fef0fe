/// From a typed content to what the outbox keeps: written, with a message secret, and sealed where it acts on another
/// message (protocol part 2, sections 4.2 and 8).
#pragma once

#include "bridge/whatsapp/client/core.hpp"

namespace bridge::whatsapp::client {

struct Composed {
    common::Bytes content;  ///< wa.e2e.Message
    common::Bytes addon;    ///< what was sealed inside; else empty
};

/// `content::PollVote`, `EventResponse`, `EncryptedReaction`, `EncryptedComment` and `EncryptedEdit` come with their
/// plaintext in `Sealed::payload` and an empty `iv`.
asio::awaitable<Result<Composed>> compose(Core& core, Jid chat, content::Content what);

}  // namespace bridge::whatsapp::client
