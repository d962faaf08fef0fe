#include "tests/support/vectors.hpp"

#include "tests/bridge/whatsapp/signal/party.hpp"

#include <deque>
#include <map>

namespace tests::signal {

namespace {

using common::Bytes;
using common::ByteView;
using common::json::Value;
using support::flag;
using support::hex;
using support::member;
using support::number;
using support::text;

common::crypto::PublicKey public_key(Value object, std::string_view key) {
    const Bytes prefixed = hex(object, key);
    REQUIRE(prefixed.size() == 33);
    return *common::to_array<32>(ByteView{prefixed}.subspan(1));
}

KeyPair pair_of(Value object) {
    const Bytes secret = hex(object, "private");
    KeyPair pair = KeyPair::from_private(ByteView{secret}.first<32>());
    CHECK(pair.public_key == public_key(object, "public33"));
    return pair;
}

std::uint32_t id_of(Value object, std::string_view key) { return static_cast<std::uint32_t>(number(object, key)); }

/// A party of a vector file: its private keys come from the file, also the ones drawn on the way.
class Actor {
public:
    Actor(Value address, Value keys)
        : jid{text(address, "name"), server::user, static_cast<std::uint16_t>(number(address, "deviceId"))},
          cipher{store, local(keys), [this](std::span<std::uint8_t> out) { draw(out); }} {
        const Value signed_key = keys["signedPreKey"];
        if (!signed_key.exists()) return;
        storage::SignedPreKey key;
        key.id = id_of(signed_key, "id");
        key.pair = pair_of(signed_key);
        key.signature = *common::to_array<64>(hex(signed_key, "signature64"));
        REQUIRE(store.signed_pre_keys().save(key));
        const Value one_time = member(keys, "preKeys");
        for (std::size_t i = 0; i < one_time.size(); ++i) {
            store.add_pre_key({id_of(one_time.at(i), "id"), pair_of(one_time.at(i))});
        }
    }

    void will_draw(Value generated) {
        queue_.clear();
        for (std::size_t i = 0; i < generated.size(); ++i) queue_.push_back(hex(generated.at(i), "private"));
    }
    bool drew_everything() const { return queue_.empty(); }

    Jid jid;
    support::MemoryStorage store;
    Cipher cipher;

private:
    static LocalIdentity local(Value keys) {
        return {pair_of(member(keys, "identity")), id_of(keys, "registrationId")};
    }
    void draw(std::span<std::uint8_t> out) {
        if (queue_.empty() || queue_.front().size() != out.size()) return common::crypto::random_bytes(out);
        std::copy(queue_.front().begin(), queue_.front().end(), out.begin());
        queue_.pop_front();
    }

    std::deque<Bytes> queue_;
};

PreKeyBundle bundle_of(Value keys, Value step) {
    PreKeyBundle bundle;
    bundle.registration_id = id_of(keys, "registrationId");
    bundle.identity = public_key(member(keys, "identity"), "public33");
    const Value signed_key = member(keys, "signedPreKey");
    bundle.signed_pre_key = {
        id_of(signed_key, "id"), public_key(signed_key, "public33"), hex(signed_key, "signature64")};
    if (!step["usesPreKeyId"].exists()) return bundle;
    const Value one_time = member(keys, "preKeys");
    for (std::size_t i = 0; i < one_time.size(); ++i) {
        if (number(one_time.at(i), "id") != number(step, "usesPreKeyId")) continue;
        bundle.pre_key = PreKeyBundle::OneTimeKey{id_of(one_time.at(i), "id"), public_key(one_time.at(i), "public33")};
    }
    REQUIRE(bundle.pre_key);
    return bundle;
}

MessageType type_of(Value step) {
    return text(step, "type") == "pkmsg" ? MessageType::pre_key_message : MessageType::message;
}

TEST_CASE("vectors: sessions replay byte for byte", "[signal][vectors]") {
    const auto document = support::load_vectors("signal_session.json");
    const Value scenarios = member(document.root(), "scenarios");
    REQUIRE(scenarios.size() > 0);
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
        const Value scenario = scenarios.at(s);
        INFO(text(scenario, "name"));
        Actor alice{member(member(scenario, "addresses"), "alice"), member(scenario, "alice")};
        Actor bob{member(member(scenario, "addresses"), "bob"), member(scenario, "bob")};
        std::map<std::string, Bytes> wire;
        const Value steps = member(scenario, "steps");
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const Value step = steps.at(i);
            const std::string op = text(step, "op");
            INFO("step " << i << " " << op);
            const bool alice_acts = text(step, "by") == "alice";
            Actor& actor = alice_acts ? alice : bob;
            Actor& other = alice_acts ? bob : alice;
            actor.will_draw(member(step, "generatedKeys"));
            if (op == "init") {
                const auto started = actor.cipher.start_session(
                    other.jid, bundle_of(member(scenario, alice_acts ? "bob" : "alice"), step)
                );
                CHECK(started);
            } else if (op == "encrypt") {
                const auto made = actor.cipher.encrypt(other.jid, hex(step, "plaintext"));
                REQUIRE(made);
                CHECK(made->type == type_of(step));
                CHECK(made->bytes == hex(step, "ciphertext"));
                wire[text(step, "msg")] = made->bytes;
            } else {
                const auto plain = actor.cipher.decrypt(other.jid, type_of(step), wire.at(text(step, "msg")));
                if (op == "decrypt") {
                    INFO(Catch::Detail::stringify(plain));
                    REQUIRE(plain);
                    CHECK(*plain == hex(step, "plaintext"));
                } else {
                    REQUIRE(op == "decrypt_fail");
                    REQUIRE_FALSE(plain);
                    CHECK(plain.error() == Errc::duplicate_message);
                }
            }
            CHECK(actor.drew_everything());
        }
    }
}

TEST_CASE("vectors: sender keys open in the given order, and refuse what is over", "[signal][vectors]") {
    const auto document = support::load_vectors("sender_key.json");
    const Value scenarios = member(document.root(), "scenarios");
    REQUIRE(scenarios.size() > 0);
    const Jid sender{"100000000000009", server::lid, 4};
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
        const Value scenario = scenarios.at(s);
        INFO(text(scenario, "name"));
        Party receiver{Jid{"15550100009", server::user}};
        const std::string group = text(scenario, "groupId");
        const Bytes distribution = hex(member(scenario, "skdm"), "serialized");
        REQUIRE(receiver.cipher.process_sender_key_distribution(group, sender, distribution));
        std::map<std::string, Value> messages;
        const Value list = member(scenario, "messages");
        for (std::size_t i = 0; i < list.size(); ++i) messages.emplace(text(list.at(i), "id"), list.at(i));
        const Value order = member(scenario, "deliveryOrder");
        for (std::size_t i = 0; i < order.size(); ++i) {
            const Value message = messages.at(std::string{order.at(i).string().value()});
            INFO(text(message, "id"));
            const auto plain = receiver.cipher.group_decrypt(group, sender, hex(message, "ciphertext"));
            INFO(Catch::Detail::stringify(plain));
            REQUIRE(plain);
            CHECK(*plain == hex(message, "plaintext"));
        }
        const Value over = member(scenario, "mustFailAfterwards");
        for (std::size_t i = 0; i < over.size(); ++i) {
            const Value message = messages.at(std::string{over.at(i).string().value()});
            const auto plain = receiver.cipher.group_decrypt(group, sender, hex(message, "ciphertext"));
            REQUIRE_FALSE(plain);
            CHECK(plain.error() == Errc::duplicate_message);
        }
    }
}

TEST_CASE("vectors: a sender key with known randomness seals as the vectors do", "[signal][vectors]") {
    const auto document = support::load_vectors("sender_key.json");
    const Value scenarios = member(document.root(), "scenarios");
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
        const Value scenario = scenarios.at(s);
        if (number(member(scenario, "skdm"), "iteration") != 0) continue;  // a chain can only be begun at its start
        INFO(text(scenario, "name"));
        const auto key_id = static_cast<std::uint32_t>(number(scenario, "keyId"));
        // The draws of a new sender key, in order: key id, chain key, signing key.
        std::deque<Bytes> draws{
            common::be_bytes(key_id, 4),
            hex(scenario, "initialChainKey"),
            hex(member(scenario, "signingKey"), "private")};
        std::reverse(draws.front().begin(), draws.front().end());
        support::MemoryStorage store;
        Cipher cipher{store, LocalIdentity{KeyPair::generate(), 1}, [&](std::span<std::uint8_t> out) {
                          if (draws.empty() || draws.front().size() != out.size())
                              return common::crypto::random_bytes(out);
                          std::copy(draws.front().begin(), draws.front().end(), out.begin());
                          draws.pop_front();
                      }};
        const std::string group = text(scenario, "groupId");
        const Jid own{"15550100009", server::user, 2};
        const auto distribution = cipher.sender_key_distribution(group, own);
        REQUIRE(distribution);
        CHECK(*distribution == hex(member(scenario, "skdm"), "serialized"));
        const Value messages = member(scenario, "messages");
        std::int64_t position = 0;
        for (std::size_t i = 0; i < messages.size(); ++i) {
            const Value message = messages.at(i);
            // The sender of some vectors leaves positions out; ours must go through them.
            for (; position < number(message, "iteration"); ++position) {
                REQUIRE(cipher.group_encrypt(group, own, bytes("skipped")));
            }
            const auto made = cipher.group_encrypt(group, own, hex(message, "plaintext"));
            ++position;
            REQUIRE(made);
            const Bytes expected = hex(message, "ciphertext");
            REQUIRE(made->size() == expected.size());
            const auto body = expected.size() - 64;
            CHECK(Bytes{made->begin(), made->end() - 64} == Bytes{expected.begin(), expected.end() - 64});
            const auto signing_key = public_key(member(scenario, "signingKey"), "public33");
            CHECK(common::crypto::xeddsa_verify(signing_key, ByteView{*made}.first(body), ByteView{*made}.subspan(body))
            );
        }
    }
}

}  // namespace

}  // namespace tests::signal
