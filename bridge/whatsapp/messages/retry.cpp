#include "bridge/whatsapp/messages/retry.hpp"

#include "bridge/whatsapp/messages/padding.hpp"

#include <algorithm>

namespace bridge::whatsapp::messages {

using common::be_bytes;
using common::Bytes;
using common::Error;

RetryReason reason_of(const Error& failure) noexcept {
    if (failure == signal::Errc::no_session || failure == signal::Errc::no_sender_key) return RetryReason::no_session;
    if (failure == signal::Errc::invalid_key) return RetryReason::invalid_key;
    if (failure == signal::Errc::invalid_key_id) return RetryReason::invalid_key_id;
    if (failure == signal::Errc::invalid_message || failure == signal::Errc::legacy_version)
        return RetryReason::invalid_message;
    if (failure == signal::Errc::invalid_signature) return RetryReason::invalid_signature;
    return RetryReason::unknown;
}

namespace {

Node bytes_node(std::string_view tag, Bytes content) { return Node{tag, {}, std::move(content)}; }

Node keys_node(const storage::Account& account, const storage::PreKey& key) {
    const auto& signed_key = account.signed_pre_key;
    Node one_time{"key"};
    one_time.add(bytes_node("id", be_bytes(key.id, 3)));
    one_time.add(bytes_node("value", common::to_bytes(common::ByteView{key.pair.public_key})));
    Node skey{"skey"};
    skey.add(bytes_node("id", be_bytes(signed_key.id, 3)));
    skey.add(bytes_node("value", common::to_bytes(common::ByteView{signed_key.pair.public_key})));
    skey.add(bytes_node("signature", common::to_bytes(common::ByteView{signed_key.signature})));
    Node keys{"keys"};
    keys.add(bytes_node("type", Bytes{0x05}));
    keys.add(bytes_node("identity", common::to_bytes(common::ByteView{account.identity.public_key})));
    keys.add(std::move(one_time));
    keys.add(std::move(skey));
    keys.add(bytes_node("device-identity", account.device_identity));
    return keys;
}

common::Result<common::crypto::PublicKey> key_of(const Node* node) {
    if (!node) return Error{Errc::bad_stanza, "key missing"};
    // Some clients write the 33-byte Signal form here.
    const common::ByteView bytes = node->bytes().size() == 33 ? node->bytes().subspan(1) : node->bytes();
    const auto key = common::to_array<32>(bytes);
    if (!key) return Error{Errc::bad_stanza, "key size"};
    return *key;
}

common::Result<signal::PreKeyBundle> parse_bundle(const Node& keys, std::uint32_t registration_id) {
    signal::PreKeyBundle bundle;
    bundle.registration_id = registration_id;
    const auto identity = key_of(keys.child("identity"));
    if (!identity) return identity.error();
    bundle.identity = *identity;
    const Node* skey = keys.child("skey");
    if (!skey || !skey->child("id") || !skey->child("signature")) return Error{Errc::bad_stanza, "skey missing"};
    const auto signed_key = key_of(skey->child("value"));
    if (!signed_key) return signed_key.error();
    bundle.signed_pre_key.id = static_cast<std::uint32_t>(
        common::read_be(skey->child("id")->bytes().first(std::min<std::size_t>(3, skey->child("id")->bytes().size())))
    );
    bundle.signed_pre_key.key = *signed_key;
    bundle.signed_pre_key.signature = common::to_bytes(skey->child("signature")->bytes());
    if (const Node* key = keys.child("key"); key && key->child("id")) {
        const auto value = key_of(key->child("value"));
        if (!value) return value.error();
        const common::ByteView id = key->child("id")->bytes();
        signal::PreKeyBundle::OneTimeKey one_time;
        one_time.id = static_cast<std::uint32_t>(common::read_be(id.first(std::min<std::size_t>(3, id.size()))));
        one_time.key = *value;
        bundle.pre_key = one_time;
    }
    return bundle;
}

}  // namespace

Node make_retry_receipt(
    const Node& stanza,
    int count,
    RetryReason reason,
    const storage::Account& account,
    const std::optional<storage::PreKey>& key
) {
    Node retry{
        "retry", {{"count", std::to_string(count)}, {"id", stanza.text("id")}, {"t", stanza.text("t")}, {"v", "1"}}};
    if (reason != RetryReason::unknown) retry.set("error", std::to_string(static_cast<int>(reason)));
    Node receipt{"receipt", {{"id", stanza.text("id")}, {"type", "retry"}}};
    if (const auto* from = stanza.find("from")) receipt.set("to", *from);
    for (const std::string_view copied : {"participant", "recipient", "category"}) {
        if (const auto* value = stanza.find(copied)) receipt.set(copied, *value);
    }
    receipt.add(std::move(retry));
    receipt.add(bytes_node("registration", be_bytes(account.registration_id, 4)));
    if (key) receipt.add(keys_node(account, *key));
    return receipt;
}

common::Result<RetryRequest> parse_retry_request(const Node& receipt, const Jid& own_pn, const Jid& own_lid) {
    RetryRequest out;
    const auto from = receipt.jid("from");
    const Node* retry = receipt.child("retry");
    if (!from || !retry) return Error{Errc::bad_stanza, "retry receipt"};
    out.message_id = receipt.text("id");
    if (out.message_id.empty()) return Error{Errc::bad_stanza, "retry receipt without id"};
    const auto participant = receipt.jid("participant");
    if (from->is_group() || from->is_broadcast()) {
        if (!participant) return Error{Errc::bad_stanza, "retry receipt without participant"};
        out.chat = from->bare();
        out.requester = *participant;
    } else {
        out.requester = *from;
        out.chat = from->bare();
        out.own_device = from->user == (from->is_lid() ? own_lid.user : own_pn.user);
        if (out.own_device) {
            const auto recipient = receipt.jid("recipient");
            if (recipient) out.chat = recipient->bare();
        }
    }
    if (!out.requester.is_user()) return Error{Errc::bad_stanza, "retry receipt from nobody"};
    out.count = static_cast<int>(std::min<std::uint64_t>(retry->number("count").value_or(1), 100));
    if (const Node* registration = receipt.child("registration"); registration && registration->bytes().size() == 4) {
        out.registration_id = static_cast<std::uint32_t>(common::read_be(registration->bytes()));
    }
    if (const Node* keys = receipt.child("keys")) {
        auto bundle = parse_bundle(*keys, out.registration_id);
        if (!bundle) return bundle.error();
        out.bundle = std::move(*bundle);
    }
    return out;
}

}  // namespace bridge::whatsapp::messages
