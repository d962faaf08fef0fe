/// Effects on stored messages from typed contents that act on another message.
#pragma once

#include "bridge/store/store.hpp"
#include "bridge/whatsapp/content/content.hpp"

#include <optional>
#include <string>

namespace bridge::app {

/// A message that acts on another one, as it arrived or as we send it.
struct AddOn {
    store::Party chat;
    store::Party who;
    bool from_me{false};
    std::string id;
    common::UnixTime time{};
    std::string edit;                     ///< attribute of the stanza: "8" is a revoke by an admin
    std::optional<common::Bytes> opened;  ///< payload of a sealed one; nothing while nobody could open it
    common::Bytes content;                ///< wa.e2e.Message
};

/// An effect; of a comment that was sealed, a row. Nothing for contents without an effect, and for those that name no
/// message. A sealed one that is not opened yet becomes `store::Sealed`: it waits in the store for the message that
/// opens it. `own`: the account.
std::optional<store::Change> change_of(
    const AddOn& add_on, const whatsapp::content::Content& what, const store::Party& own
);

/// The same add-on, once `message` (wa.e2e.Message, by `author`) is there to open it. Nothing when it does not open.
std::optional<store::Change> open_sealed(
    const store::Effect& sealed, common::ByteView message, const store::Party& author, const store::Party& own
);

}  // namespace bridge::app
