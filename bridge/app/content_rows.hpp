/// Rows of the message store from typed contents.
#pragma once

#include "bridge/store/store.hpp"
#include "bridge/whatsapp/content/content.hpp"

namespace bridge::app {

/// The two forms of an address, as the store wants them.
store::Party party_of(const whatsapp::Jid& jid, const whatsapp::Jid& other = {});

/// What the message says: fills text, media type and extras of `row`, whose other fields are set already. `own`: the
/// account, for mentions of it.
void fill_content(store::AddMessage& row, const whatsapp::content::Content& what, const store::Party& own);

/// A stored message's protobuf as it is now, with the secret that it was first sent with: for quotes, forwards and what
/// is sealed for it.
common::Bytes message_of(const store::StoredMessage& stored);

}  // namespace bridge::app
