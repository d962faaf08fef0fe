/// What readers answer, search aside. Every function is blocking and runs on a reader's connection.
#pragma once

#include "bridge/store/detail/rows.hpp"
#include "bridge/store/store.hpp"
#include "common/sqlite/sqlite.hpp"

namespace bridge::store::detail {

using common::sqlite::Database;

/// Longest list of one call.
inline constexpr int most_rows = 1000;

Result<std::vector<contract::Chat>> list_chats(Database& database, const ChatQuery& query);
Result<contract::Chat> load_chat(Database& database, const std::string& jid);
Result<std::vector<contract::Chat>> list_contact_chats(Database& database, const std::string& phone_or_jid);

Result<std::vector<contract::Message>> list_messages(
    Database& database, const std::string& chat_jid, int limit, int page, const std::string& cursor
);
Result<contract::Message> load_message(Database& database, const std::string& id, const std::string& chat_jid);
Result<StoredMessage> load_stored(Database& database, const std::string& id, const std::string& chat_jid);
Result<contract::MessageContext> load_context(
    Database& database, const std::string& id, const std::string& chat_jid, int before, int after
);
Result<contract::Delivery> load_delivery(Database& database, const std::string& id, const std::string& chat_jid);
/// The number of a message; `chat_jid` may be empty: then of the newest with that id.
Result<std::int64_t> load_pk(Database& database, const std::string& id, const std::string& chat_jid);
Result<MediaInfo> load_media(Database& database, const std::string& id, const std::string& chat_jid);
Result<std::vector<contract::Message>> list_media(
    Database& database, const std::string& chat_jid, int limit, const std::string& cursor
);
Result<std::vector<contract::Version>> list_versions(Database& database, std::int64_t pk);
/// `poll_not_found` when it is none.
Result<contract::Poll> load_poll(Database& database, std::int64_t pk);
Result<std::vector<contract::Message>> list_starred(
    Database& database, const std::string& chat_jid, int limit, const std::string& cursor
);
Result<std::vector<contract::Message>> list_pinned(Database& database, const std::string& chat_jid, UnixTime now);
Result<std::vector<Effect>> list_sealed(Database& database, const Party& chat, const std::string& id);
Result<std::vector<std::string>> list_dead_files(Database& database, std::size_t limit);
Result<std::vector<contract::Event>> list_events(
    Database& database, std::int64_t after, std::int64_t up_to, std::size_t limit
);

/// Where a list goes on: after the cursor, or (when it is empty) from the newest message.
Result<Place> place_after(const std::string& cursor);

/// The public address of the chat that has `jid` in either form; nothing when there is none.
Result<std::optional<std::string>> find_chat_jid(Database& database, const std::string& jid);

/// "15551234567" -> "15551234567@s.whatsapp.net"; addresses stay.
std::string address_of(const std::string& phone_or_jid);

}  // namespace bridge::store::detail
