#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::optional<storage::PrivacyToken>> PrivacyTokens::load(const Jid& user) {
    const std::string key = to_column(user.bare());
    const auto query = database_.prepare("SELECT token, received, issued FROM privacy_tokens WHERE user = ?");
    query->bind(1, key);
    return find_row<storage::PrivacyToken>(*query, [&](Row& row) {
        return storage::PrivacyToken{query->bytes(0), row.time(1), row.time(2)};
    });
}

Status PrivacyTokens::save(const Jid& user, const storage::PrivacyToken& token) {
    const std::string key = to_column(user.bare());
    return database_
        .prepare("INSERT OR REPLACE INTO privacy_tokens (user, token, received, issued) VALUES (?, ?, ?, ?)")
        ->bind_all(key, ByteView{token.token}, to_column(token.received), to_column(token.issued))
        .run();
}

}  // namespace bridge::keystore::detail
