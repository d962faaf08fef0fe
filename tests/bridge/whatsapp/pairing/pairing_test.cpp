#include "proto/adv.pb.h"
#include "tests/bridge/whatsapp/pairing/fixture.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace tests::pairing {
namespace {

using pairing::Linked;
using pairing::Refused;

Account account_of(common::json::Value vector) {
    Account account;
    account.identity = key_pair(vector, "companion_identity_private_hex");
    account.adv_secret = common::SecretBytes{hex(vector, "adv_secret_hex")};
    return account;
}

wa::adv::ADVSignedDeviceIdentity identity_from(ByteView bytes) {
    wa::adv::ADVSignedDeviceIdentity identity;
    REQUIRE(identity.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    return identity;
}

void check_device_signature(const std::string& signature, common::json::Value vector, const Account& account) {
    const Bytes message = hex(vector, "device_signature_message_hex");
    CHECK(common::crypto::xeddsa_verify(account.identity.public_key, message, common::as_bytes(signature)));
}

void check_linked(const Linked& linked, common::json::Value vector, const Account& account) {
    CHECK(linked.jid == Jid::parse(text(vector, "device_jid")).value());
    CHECK(linked.lid == Jid::parse(text(vector, "device_lid")).value());
    CHECK(linked.platform == text(vector, "platform"));
    CHECK(linked.business_name == vector["business_name"].string_or(""));
    CHECK(linked.key_index == support::number(vector, "key_index"));
    CHECK(linked.server_time.has_value());
    CHECK(linked.primary_identity == array<32>(vector, "primary_identity_public_hex"));

    // Only the signature is free: with the vector's in its place all bytes are the vector's.
    const auto expected = identity_from(hex(vector, "example_stored_account_hex"));
    auto stored = identity_from(linked.device_identity);
    check_device_signature(stored.device_signature(), vector, account);
    stored.set_device_signature(expected.device_signature());
    CHECK(common::to_bytes(stored.SerializeAsString()) == hex(vector, "example_stored_account_hex"));

    Node reply = over_the_wire(linked.reply);
    Node* content = reply.child("pair-device-sign")->child("device-identity");
    auto sent = identity_from(content->bytes());
    check_device_signature(sent.device_signature(), vector, account);
    sent.set_device_signature(expected.device_signature());
    content->content = common::to_bytes(sent.SerializeAsString());
    CHECK(reply == node(vector, "example_reply_iq_hex"));
}

Node success_for(const Account& account, const common::crypto::KeyPair& phone, pairing::primary::Issue issue) {
    pairing::primary::PairSuccess facts;
    facts.id = "77";
    facts.time = common::UnixTime{std::chrono::seconds{1'760'000'000}};
    facts.jid = Jid{"15550001111", "s.whatsapp.net", 3};
    facts.lid = Jid{"900000000000001", "lid", 3};
    facts.container =
        pairing::primary::adv_container(phone, issue, account.identity.public_key, account.adv_secret.view());
    return over_the_wire(pairing::primary::pair_success(facts));
}

const common::FakeClock test_clock{common::UnixMillis{std::chrono::milliseconds{1'760'000'000'000}}};

Node offer(std::vector<Node> refs) {
    Node iq{"iq", {{"from", Jid::whatsapp_server()}, {"type", "set"}, {"id", "5"}, {"xmlns", "md"}}};
    return iq.add(Node{"pair-device", {}, std::move(refs)});
}
Node ref_node(std::string_view text) { return Node{"ref", {}, common::to_bytes(text)}; }

}  // namespace

TEST_CASE("a QR text has the ref, three keys and the client type", "[vectors]") {
    const auto vectors = support::load_vectors("pairing.json");
    const auto list = vectors.root()["qr"];
    REQUIRE(list.size() > 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto vector = list.at(i);
        Account account;
        account.noise.public_key = array<32>(vector, "noise_public_hex");
        account.identity.public_key = array<32>(vector, "identity_public_hex");
        account.adv_secret = common::SecretBytes{hex(vector, "adv_secret_hex")};
        const std::string type = text(vector, "client_type");
        CHECK(pairing::qr_text(text(vector, "ref"), account, type) == text(vector, "qr"));

        const auto scanned = pairing::primary::parse_qr(text(vector, "qr"));
        REQUIRE(scanned);
        CHECK(scanned->ref == text(vector, "ref"));
        CHECK(scanned->identity == account.identity.public_key);
        CHECK(scanned->noise == account.noise.public_key);
        CHECK(scanned->adv_secret == account.adv_secret);
        CHECK(scanned->client_type == type);
    }
}

TEST_CASE("pair-success is accepted or refused as the vectors say", "[vectors]") {
    const auto vectors = support::load_vectors("pairing.json");
    const auto list = vectors.root()["adv"];
    REQUIRE(list.size() > 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto vector = list.at(i);
        INFO(text(vector, "name"));
        const Account account = account_of(vector);
        const auto outcome = pairing::accept_pair_success(node(vector, "pair_success_iq_hex"), account);
        if (text(vector, "expect") == "ok") {
            REQUIRE(std::holds_alternative<Linked>(outcome));
            check_linked(std::get<Linked>(outcome), vector, account);
        } else {
            REQUIRE(std::holds_alternative<Refused>(outcome));
            CHECK(over_the_wire(std::get<Refused>(outcome).reply) == node(vector, "expect_reply_iq_hex"));
            const auto expected = support::member(vector, "expect_error");
            const Node* error = std::get<Refused>(outcome).reply.child("error");
            CHECK(error->number("code") == support::number(expected, "code"));
            CHECK(error->text("text") == text(expected, "text"));
        }
    }
}

TEST_CASE("a new account has its own secrets and a signed pre-key that verifies", "[pairing]") {
    std::set<Bytes> secrets;
    for (int i = 0; i < 50; ++i) {
        const Account account = pairing::new_account(test_clock);
        CHECK(account.registration_id >= 1);
        CHECK(account.registration_id <= 16'380);
        CHECK(account.adv_secret.size() == 32);
        CHECK(account.signed_pre_key.id == 1);
        CHECK(account.signed_pre_key.created == test_clock.now());
        CHECK_FALSE(account.linked());
        const Bytes message = common::crypto::prefixed(account.signed_pre_key.pair.public_key);
        CHECK(common::crypto::xeddsa_verify(account.identity.public_key, message, account.signed_pre_key.signature));
        secrets.insert(common::to_bytes(account.adv_secret.view()));
        secrets.insert(common::to_bytes(account.noise.private_key.view()));
        secrets.insert(common::to_bytes(account.identity.private_key.view()));
    }
    CHECK(secrets.size() == 150);
}

TEST_CASE("pair-device gives its refs in order and the reply", "[pairing]") {
    const auto device = pairing::parse_pair_device(offer({ref_node("2@one"), ref_node("2@two")}));
    REQUIRE(device);
    CHECK(device->refs == std::vector<std::string>{"2@one", "2@two"});
    CHECK(device->reply.text("type") == "result");
    CHECK(device->reply.text("id") == "5");
    CHECK(device->reply.jid("to")->is_server());
}

TEST_CASE("pair-device without usable refs is an error", "[pairing]") {
    CHECK_FALSE(pairing::parse_pair_device(offer({})));
    CHECK_FALSE(pairing::parse_pair_device(offer({ref_node("")})));
    CHECK_FALSE(pairing::parse_pair_device(offer({ref_node("2@a b")})));
    CHECK_FALSE(pairing::parse_pair_device(offer({ref_node("2@\x01")})));
    CHECK_FALSE(pairing::parse_pair_device(offer({ref_node(std::string(1025, 'a'))})));
    CHECK_FALSE(pairing::parse_pair_device(offer(std::vector<Node>(65, ref_node("2@a")))));
    CHECK_FALSE(pairing::parse_pair_device(Node{"iq"}));

    Node from_a_user = offer({ref_node("2@one")});
    from_a_user.set("from", Jid{"15550001111", "s.whatsapp.net"});
    CHECK_FALSE(pairing::parse_pair_device(from_a_user));
}

TEST_CASE("the first code lasts a minute, the others twenty seconds", "[pairing]") {
    CHECK(pairing::qr_lifetime(0) == std::chrono::seconds{60});
    CHECK(pairing::qr_lifetime(1) == std::chrono::seconds{20});
    CHECK(pairing::qr_lifetime(5) == std::chrono::seconds{20});
}

TEST_CASE("a phone and a companion agree on a link", "[pairing]") {
    const bool hosted = GENERATE(false, true);
    const Account account = pairing::new_account(test_clock);
    const auto phone = common::crypto::KeyPair::generate();
    const pairing::primary::Issue issue{4711, test_clock.now(), 2, hosted};
    const auto outcome = pairing::accept_pair_success(success_for(account, phone, issue), account);
    REQUIRE(std::holds_alternative<Linked>(outcome));
    const auto& linked = std::get<Linked>(outcome);
    CHECK(linked.key_index == 2);
    CHECK(linked.primary_identity == phone.public_key);
    const auto kept = pairing::primary::verify_pair_device_sign(
        over_the_wire(linked.reply), account.identity.public_key, phone.public_key
    );
    REQUIRE(kept);
    CHECK(identity_from(*kept).account_signature_key().empty());

    const auto other = common::crypto::KeyPair::generate();
    CHECK_FALSE(pairing::primary::verify_pair_device_sign(linked.reply, other.public_key, phone.public_key));

    const Account stored = pairing::linked_account(account, linked, test_clock.now());
    CHECK(stored.linked());
    CHECK(stored.jid == linked.jid);
    CHECK(stored.lid == linked.lid);
    CHECK(stored.device_identity == linked.device_identity);
    CHECK(stored.linked_at == test_clock.now());
}

TEST_CASE("pair-success without a device number, or from somebody else, is refused", "[pairing]") {
    const Account account = pairing::new_account(test_clock);
    const auto phone = common::crypto::KeyPair::generate();
    const Node good = success_for(account, phone, {1, test_clock.now(), 1, false});

    Node no_device = good;
    no_device.child("pair-success")->child("device")->set("jid", Jid{"15550001111", "s.whatsapp.net"});
    Node from_a_user = good;
    from_a_user.set("from", Jid{"15550001111", "s.whatsapp.net"});
    Node empty = good;
    empty.child("pair-success")->child("device-identity")->content = Bytes{};
    for (const Node& bad : {no_device, from_a_user, empty}) {
        const auto outcome = pairing::accept_pair_success(bad, account);
        REQUIRE(std::holds_alternative<Refused>(outcome));
        CHECK(std::get<Refused>(outcome).reply.child("error")->text("text") == "internal-error");
        CHECK(std::get<Refused>(outcome).reply.text("id") == "77");
    }
}

TEST_CASE("every bit of the phone's proof counts", "[pairing]") {
    const Account account = pairing::new_account(test_clock);
    const auto phone = common::crypto::KeyPair::generate();
    const Node good = success_for(account, phone, {1, test_clock.now(), 1, false});
    const Bytes container = common::to_bytes(good.child("pair-success")->child("device-identity")->bytes());
    for (std::size_t bit = 0; bit < container.size() * 8; ++bit) {
        Bytes changed = container;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        Node iq = good;
        iq.child("pair-success")->child("device-identity")->content = std::move(changed);
        CHECK(std::holds_alternative<Refused>(pairing::accept_pair_success(iq, account)));
    }
    for (std::size_t size = 0; size < container.size(); ++size) {
        Node iq = good;
        iq.child("pair-success")->child("device-identity")->content = common::to_bytes(ByteView{container}.first(size));
        CHECK(std::holds_alternative<Refused>(pairing::accept_pair_success(iq, account)));
    }
}

TEST_CASE("the key-index list is signed by the phone", "[pairing]") {
    const auto phone = common::crypto::KeyPair::generate();
    const Bytes bytes = pairing::primary::signed_key_index_list(phone, {9, test_clock.now(), 3, false}, {1, 3});
    wa::adv::ADVSignedKeyIndexList list;
    REQUIRE(list.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    wa::adv::ADVKeyIndexList details;
    REQUIRE(details.ParseFromString(list.details()));
    CHECK(details.raw_id() == 9);
    CHECK(details.current_index() == 3);
    CHECK(details.valid_indexes_size() == 2);
    const Bytes message = common::concat({Bytes{0x06, 0x02}, common::as_bytes(list.details())});
    CHECK(common::crypto::xeddsa_verify(phone.public_key, message, common::as_bytes(list.account_signature())));
}

TEST_CASE("a QR text of another shape is refused by the phone", "[pairing]") {
    for (const char* bad : {"", "#", "a,b,c,d,e", ",,,,", "2@x,AAAA,AAAA,AAAA,1"}) {
        CHECK_FALSE(pairing::primary::parse_qr(bad));
    }
}

}  // namespace tests::pairing
