#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Status MessageSecrets::save(const Jid& chat, const std::string& id, const storage::MessageSecret& secret) {
    const std::string chat_key = to_column(chat.bare());
    const std::string sender = to_column(secret.sender.bare());
    return database_.prepare("INSERT OR IGNORE INTO message_secrets VALUES (?, ?, ?, ?)")
        ->bind_all(id, chat_key, sender, ByteView{secret.secret})
        .run();
}

Result<std::vector<storage::MessageSecret>> MessageSecrets::find(const Jid& chat, const std::string& id) {
    const std::string key = to_column(chat.bare());
    const auto query =
        database_.prepare("SELECT sender, secret FROM message_secrets WHERE message_id = ? AND chat = ?");
    query->bind_all(id, key);
    std::vector<storage::MessageSecret> secrets;
    while (true) {
        const auto more = query->step();
        if (!more) return more.error();
        if (!*more) return secrets;
        Row row{*query};
        storage::MessageSecret secret;
        secret.sender = row.jid(0);
        secret.secret = query->bytes(1);
        auto whole = row.finish(std::move(secret));
        if (!whole) return whole.error();
        secrets.push_back(std::move(*whole));
    }
}

}  // namespace bridge::keystore::detail
