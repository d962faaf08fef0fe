#include "bridge/whatsapp/prekeys/detail/elements.hpp"
#include "bridge/whatsapp/prekeys/prekeys.hpp"

#include <limits>

namespace bridge::whatsapp::prekeys {

namespace {

constexpr std::uint8_t key_type = 0x05;
constexpr std::size_t most_listed = 10'000;  ///< keys of a digest; clients upload 812 at most

std::optional<std::uint32_t> count_in(const Node& stanza) {
    const Node* count = stanza.child("count");
    if (!count) return std::nullopt;
    if (!count->has("value")) return 0;
    const auto value = count->number("value");
    if (!value || *value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::malformed: return {common::Kind::invalid, "key stanza is malformed"};
        case Errc::not_registered: return {common::Kind::not_found, "device is not registered"};
        case Errc::refused: return {common::Kind::unavailable, "the server gave no keys"};
    }
    return {common::Kind::internal, "unknown pre-key error"};
}

Node PreKeyCount::request() const { return detail::encrypt_iq("get", {Node{"count"}}); }

Result<PreKeyCount::Reply> PreKeyCount::parse(const Node& iq) {
    const auto count = count_in(iq);
    if (!count) return common::Error{Errc::malformed, "count"};
    return *count;
}

PreKeyUpload::PreKeyUpload(const storage::Account& account, std::vector<storage::PreKey> keys) {
    Node list{"list"};
    for (const storage::PreKey& key : keys) {
        Node one{"key"};
        one.add(detail::id_node(key.id));
        one.add(detail::bytes_node("value", key.pair.public_key));
        list.add(std::move(one));
    }
    request_ = detail::encrypt_iq("set", {});
    request_.add(detail::bytes_node("registration", common::be_bytes(account.registration_id, 4)));
    request_.add(detail::bytes_node("type", ByteView{&key_type, 1}));
    request_.add(detail::bytes_node("identity", account.identity.public_key));
    request_.add(std::move(list));
    request_.add(detail::skey_node(account.signed_pre_key));
}

Status PreKeyUpload::parse(const Node&) { return {}; }  // an answer that is no error says all

Node DigestCheck::request() const { return detail::encrypt_iq("get", {Node{"digest"}}); }

Result<DigestCheck::Reply> DigestCheck::parse(const Node& iq) {
    const Node* digest = iq.child("digest");
    if (!digest) return common::Error{Errc::malformed, "digest"};
    const Node* skey = digest->child("skey");
    const Node* list = digest->child("list");
    const Node* hash = digest->child("hash");
    if (!skey || !list || !hash) return common::Error{Errc::malformed, "digest"};
    const auto registration = detail::number_in(*digest, "registration", 4);
    if (!registration) return registration.error();
    const auto identity = detail::key_in(*digest, "identity");
    if (!identity) return identity.error();
    const auto signed_id = detail::number_in(*skey, "id", 3);
    if (!signed_id) return signed_id.error();
    const auto hashed = common::to_array<20>(hash->bytes());
    if (!hashed) return common::Error{Errc::malformed, "hash"};
    Digest found{*registration, *identity, *signed_id, {}, *hashed};
    if (list->children().size() > most_listed) return common::Error{Errc::malformed, "list"};
    for (const Node& id : list->children()) {
        if (id.tag != "id" || id.bytes().size() != 3) return common::Error{Errc::malformed, "list"};
        found.pre_key_ids.push_back(static_cast<std::uint32_t>(common::read_be(id.bytes())));
    }
    return found;
}

common::ByteArray<20> key_digest(
    const storage::Account& account, std::span<const common::crypto::PublicKey> one_time_keys
) {
    Bytes keys;
    for (const auto& key : one_time_keys) common::append(keys, key);
    return common::crypto::sha1(
        {account.identity.public_key, account.signed_pre_key.pair.public_key, account.signed_pre_key.signature, keys}
    );
}

bool agrees(const Digest& digest, const storage::Account& account, std::span<const storage::PreKey> listed) {
    if (digest.registration_id != account.registration_id || digest.identity != account.identity.public_key ||
        digest.signed_pre_key_id != account.signed_pre_key.id || digest.pre_key_ids.size() != listed.size()) {
        return false;
    }
    std::vector<common::crypto::PublicKey> keys;
    keys.reserve(listed.size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
        if (listed[i].id != digest.pre_key_ids[i]) return false;
        keys.push_back(listed[i].pair.public_key);
    }
    return key_digest(account, keys) == digest.hash;
}

bool asks_for_digest(const Node& notification) {
    return notification.tag == "notification" && notification.text("type") == "encrypt" && notification.child("digest");
}

std::optional<std::uint32_t> parse_low_water(const Node& notification) {
    if (notification.tag != "notification" || notification.text("type") != "encrypt") return std::nullopt;
    return count_in(notification);
}

}  // namespace bridge::whatsapp::prekeys
