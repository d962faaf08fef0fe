#include "bridge/whatsapp/prekeys/detail/elements.hpp"
#include "bridge/whatsapp/prekeys/prekeys.hpp"

namespace bridge::whatsapp::prekeys {

namespace {

constexpr std::uint8_t key_type = 0x05;
constexpr std::size_t signature_size = 64;
constexpr std::size_t largest_identity = 4096;  ///< bytes of an ADVSignedDeviceIdentity; real ones have under 200

Result<signal::PreKeyBundle::SignedKey> parse_signed_key(const Node& keys) {
    const Node* skey = keys.child("skey");
    if (!skey) return common::Error{Errc::malformed, "skey"};
    const auto id = detail::number_in(*skey, "id", 3);
    if (!id) return id.error();
    const auto key = detail::key_in(*skey, "value");
    if (!key) return key.error();
    const Node* signature = skey->child("signature");
    if (!signature || signature->bytes().size() != signature_size) return common::Error{Errc::malformed, "signature"};
    return signal::PreKeyBundle::SignedKey{*id, *key, common::to_bytes(signature->bytes())};
}

Result<std::optional<signal::PreKeyBundle::OneTimeKey>> parse_one_time_key(const Node& keys) {
    using OneTimeKey = signal::PreKeyBundle::OneTimeKey;
    const Node* node = keys.child("key");
    if (!node) return std::optional<OneTimeKey>{};  // the device ran out: normal
    const auto id = detail::number_in(*node, "id", 3);
    if (!id) return id.error();
    const auto key = detail::key_in(*node, "value");
    if (!key) return key.error();
    return std::optional{OneTimeKey{*id, *key}};
}

Result<signal::PreKeyBundle> parse_bundle(const Node& user) {
    if (const Node* error = user.child("error")) {
        const std::string text = error->text("code") + " " + error->text("text");
        return common::Error{error->number("code") == 406U ? Errc::not_registered : Errc::refused, text};
    }
    const Node* const inner = user.child("keys");
    const Node& keys = inner ? *inner : user;
    const auto registration = detail::number_in(user, "registration", 4);
    if (!registration) return registration.error();
    const Node* type = keys.child("type");
    if (type && (type->bytes().size() != 1 || type->bytes()[0] != key_type)) {
        return common::Error{Errc::malformed, "key type"};
    }
    const auto identity = detail::key_in(keys, "identity");
    if (!identity) return identity.error();
    auto signed_key = parse_signed_key(keys);
    if (!signed_key) return signed_key.error();
    const auto one_time_key = parse_one_time_key(keys);
    if (!one_time_key) return one_time_key.error();
    return signal::PreKeyBundle{*registration, *identity, std::move(*signed_key), *one_time_key};
}

Bytes device_identity_of(const Node& user) {
    const Node* found = user.child("device-identity");
    if (const Node* keys = user.child("keys"); !found && keys) found = keys->child("device-identity");
    if (!found || found->bytes().size() > largest_identity) return {};
    return common::to_bytes(found->bytes());
}

}  // namespace

Node KeyFetch::request() const {
    Node key{"key"};
    for (const Jid& device : devices) key.add(Node{"user", {{"jid", device}, {"reason", "identity"}}});
    return detail::encrypt_iq("get", {std::move(key)});
}

Result<KeyFetch::Reply> KeyFetch::parse(const Node& iq) {
    const Node* list = iq.child("list");
    if (!list) return common::Error{Errc::malformed, "list"};
    Reply reply;
    for (const Node& user : list->children()) {
        if (user.tag != "user") continue;
        const auto device = user.jid("jid");
        // Nobody can use keys without an owner, and one bad entry must not spoil the others.
        if (!device || !device->is_user()) continue;
        reply.push_back({*device, parse_bundle(user), device_identity_of(user)});
    }
    return reply;
}

}  // namespace bridge::whatsapp::prekeys
