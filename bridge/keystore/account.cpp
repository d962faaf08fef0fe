#include "bridge/keystore/detail/ports.hpp"

namespace bridge::keystore::detail {

Result<std::optional<storage::Account>> Accounts::load() {
    std::uint32_t signed_id = 0;
    Result<std::optional<storage::Account>> found = [&]() -> Result<std::optional<storage::Account>> {
        const auto query = database_.prepare(
            "SELECT registration_id, noise_public, noise_private, identity_public, identity_private, "
            "signed_pre_key_id, "
            "adv_secret, jid, lid, push_name, platform, business_name, device_identity, routing_info, linked_at "
            "FROM account WHERE id = 1"
        );
        return find_row<storage::Account>(*query, [&](Row& row) {
            storage::Account account;
            account.registration_id = row.number(0);
            account.noise = row.pair(1);
            account.identity = row.pair(3);
            signed_id = row.number(5);
            account.adv_secret = common::SecretBytes{query->blob(6)};
            account.jid = row.jid(7);
            account.lid = row.jid(8);
            account.push_name = query->string(9);
            account.platform = query->string(10);
            account.business_name = query->string(11);
            account.device_identity = query->bytes(12);
            account.routing_info = query->bytes(13);
            account.linked_at = row.time(14);
            return account;
        });
    }();
    if (!found || !*found) return found;
    auto signed_key = SignedPreKeys{database_}.load(signed_id);
    if (!signed_key) return signed_key.error();
    if (!*signed_key) return Errc::damaged;
    (*found)->signed_pre_key = std::move(**signed_key);
    return found;
}

Status Accounts::save(const storage::Account& account) {
    if (auto saved = SignedPreKeys{database_}.save(account.signed_pre_key); !saved) return saved;
    const std::string jid = to_column(account.jid);
    const std::string lid = to_column(account.lid);
    return database_
        .prepare(
            "INSERT OR REPLACE INTO account (id, registration_id, noise_public, noise_private, identity_public, "
            "identity_private, signed_pre_key_id, adv_secret, jid, lid, push_name, platform, business_name, "
            "device_identity, routing_info, linked_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        ->bind_all(
            std::int64_t{account.registration_id},
            ByteView{account.noise.public_key},
            account.noise.private_key.view(),
            ByteView{account.identity.public_key},
            account.identity.private_key.view(),
            std::int64_t{account.signed_pre_key.id},
            account.adv_secret.view(),
            jid,
            lid,
            account.push_name,
            account.platform,
            account.business_name,
            ByteView{account.device_identity},
            ByteView{account.routing_info},
            to_column(account.linked_at)
        )
        .run();
}

Status Accounts::forget_link() {
    // What belongs to the person stays: mappings, what is on its way in, what they asked us to send.
    return database_.execute(
        "DELETE FROM account; DELETE FROM sessions; DELETE FROM identities; DELETE FROM pre_keys; "
        "DELETE FROM signed_pre_keys; DELETE FROM sender_keys; DELETE FROM device_lists; DELETE FROM retry_counts; "
        "DELETE FROM privacy_tokens; DELETE FROM counters; DELETE FROM groups; DELETE FROM group_members; "
        "DELETE FROM key_holders;"
    );
}

}  // namespace bridge::keystore::detail
