// Pre-keys: what companions publish and what others fetch (protocol part 2, section 3).
#include "tests/simulator/queries.hpp"

#include <algorithm>

namespace simulator {

namespace crypto = common::crypto;

namespace {

constexpr std::size_t low_water_mark = 5;

/// Whether a signed pre-key is what the identity key signed: 33 bytes with the type in front.
bool signature_holds(const crypto::PublicKey& identity, ByteView key, ByteView signature) {
    const auto raw = common::to_array<32>(key);
    return raw && crypto::xeddsa_verify(identity, crypto::prefixed(*raw), signature);
}

struct SignedKey {
    std::uint32_t id{0};
    Bytes key;
    Bytes signature;
};

std::optional<SignedKey> parse_signed_key(const Node* node, const crypto::PublicKey& identity) {
    if (node == nullptr) return std::nullopt;
    const Node* id = node->child("id");
    const Node* value = node->child("value");
    const Node* signature = node->child("signature");
    if (id == nullptr || id->bytes().size() != 3 || value == nullptr || signature == nullptr) return std::nullopt;
    if (!signature_holds(identity, value->bytes(), signature->bytes())) return std::nullopt;
    return SignedKey{
        static_cast<std::uint32_t>(common::read_be(id->bytes())),
        common::to_bytes(value->bytes()),
        common::to_bytes(signature->bytes())};
}

void adopt(PublishedKeys& keys, SignedKey signed_key) {
    keys.signed_id = signed_key.id;
    keys.signed_key = std::move(signed_key.key);
    keys.signature = std::move(signed_key.signature);
}

Node digest_of(const PublishedKeys& keys) {
    Node digest{"digest"};
    digest.add(Node{"registration", {}, common::be_bytes(keys.registration_id, 4)});
    digest.add(Node{"type", {}, Bytes{5}});
    digest.add(Node{"identity", {}, common::to_bytes(ByteView{keys.identity})});
    Node signed_key{"skey"};
    signed_key.add(Node{"id", {}, common::be_bytes(keys.signed_id, 3)});
    signed_key.add(Node{"value", {}, keys.signed_key});
    signed_key.add(Node{"signature", {}, keys.signature});
    digest.add(std::move(signed_key));
    Bytes hashed = common::concat({keys.identity, keys.signed_key, keys.signature});
    Node list{"list"};
    for (const OneTimeKey& key : keys.one_time) {
        list.add(Node{"id", {}, common::be_bytes(key.id, 3)});
        common::append(hashed, key.key);
    }
    digest.add(std::move(list));
    digest.add(Node{"hash", {}, common::to_bytes(ByteView{crypto::sha1({hashed})})});
    return digest;
}

}  // namespace

Answer Queries::encrypt(Device& device, const Node& iq) {
    const bool get = iq.text("type") == "get";
    if (get && iq.child("count") != nullptr) {
        return Answer{Node{"count", {{"value", std::to_string(device.keys.one_time.size())}}}};
    }
    if (get && iq.child("digest") != nullptr) {
        return device.keys.one_time.empty() ? Answer{iq_error::not_found} : Answer{digest_of(device.keys)};
    }
    if (const Node* request = iq.child("key"); get && request != nullptr) return fetch_keys(*request);
    if (const Node* rotate = iq.child("rotate"); !get && rotate != nullptr) {
        auto signed_key = parse_signed_key(rotate->child("skey"), device.keys.identity);
        if (!signed_key) return Answer{iq_error::not_acceptable};
        adopt(device.keys, std::move(*signed_key));
        return Answer{};
    }
    if (!get && iq.child("list") != nullptr) return upload(device, iq);
    return Answer{iq_error::bad_request};
}

Answer Queries::upload(Device& device, const Node& iq) {
    const Node* identity = iq.child("identity");
    const Node* registration = iq.child("registration");
    if (identity == nullptr || registration == nullptr || registration->bytes().size() != 4)
        return Answer{iq_error::bad_request};
    if (!common::equal_secret(identity->bytes(), device.keys.identity) ||
        common::read_be(registration->bytes()) != device.keys.registration_id) {
        return Answer{iq_error::not_acceptable};
    }
    auto signed_key = parse_signed_key(iq.child("skey"), device.keys.identity);
    if (!signed_key) return Answer{iq_error::not_acceptable};
    std::vector<OneTimeKey> fresh;
    for (const Node& key : iq.child("list")->children()) {
        const Node* id = key.child("id");
        const Node* value = key.child("value");
        if (id == nullptr || id->bytes().size() != 3 || value == nullptr || value->bytes().size() != 32) {
            return Answer{iq_error::bad_request};
        }
        fresh.push_back({static_cast<std::uint32_t>(common::read_be(id->bytes())), common::to_bytes(value->bytes())});
    }
    adopt(device.keys, std::move(*signed_key));
    for (OneTimeKey& key : fresh) {
        std::erase_if(device.keys.one_time, [&](const OneTimeKey& old) { return old.id == key.id; });
        device.keys.one_time.push_back(std::move(key));
    }
    return Answer{};
}

Answer Queries::fetch_keys(const Node& request) {
    Node list{"list"};
    for (const Node& user : request.children()) {
        const auto jid = user.jid("jid");
        Device* device = jid ? registry_.find_device(*jid) : nullptr;
        if (device == nullptr) {
            Node refused{"user", {{"jid", jid.value_or(Jid::whatsapp_server())}}};
            refused.add(Node{"error", {{"code", "406"}, {"text", "not-acceptable"}}});
            list.add(std::move(refused));
            continue;
        }
        list.add(take_bundle(*device, *jid));
        Account* owner = registry_.find(*jid);
        if (device->number != 0 && device->keys.one_time.size() < low_water_mark) {
            Node count{"count", {{"value", std::to_string(device->keys.one_time.size())}}};
            router_.notify(*owner, *device, "encrypt", Jid::whatsapp_server(), std::move(count));
        }
    }
    return Answer{std::move(list)};
}

}  // namespace simulator
