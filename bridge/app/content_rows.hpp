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

}  // namespace bridge::app
