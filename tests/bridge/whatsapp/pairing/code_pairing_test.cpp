#include "tests/bridge/whatsapp/pairing/fixture.hpp"

#include <catch2/catch.hpp>

namespace tests::pairing {
namespace {

Account account_of(common::json::Value vector) {
    Account account;
    account.identity = key_pair(vector, "companion_identity_private_hex");
    account.noise.public_key = array<32>(vector, "companion_noise_public_hex");
    return account;
}

pairing::CodePairing start(common::json::Value vector) {
    pairing::HelloRandomness random;
    random.code = array<5>(vector, "code_bytes_hex");
    random.ephemeral = key_pair(vector, "companion_ephemeral_private_hex");
    random.salt = array<32>(vector, "companion_salt_hex");
    random.iv = array<16>(vector, "companion_iv_hex");
    return pairing::start_code_pairing(text(vector, "phone"), random);
}

void check_hello(const pairing::CodePairing& attempt, common::json::Value vector) {
    CHECK(attempt.code == text(vector, "code"));
    CHECK(pairing::display_code(attempt.code) == text(vector, "code_display"));
    CHECK(attempt.wrapped_ephemeral == hex(vector, "wrapped_companion_ephemeral_hex"));
    const Node expected = node(vector, "companion_hello_iq_hex");
    const Node* body = expected.child("link_code_companion_reg");
    pairing::CodeDisplay display;
    display.client_type = common::to_string(body->child("companion_platform_id")->bytes());
    display.name = common::to_string(body->child("companion_platform_display")->bytes());
    display.push_notification = body->text("should_show_push_notification") == "true";
    const Node hello = over_the_wire(pairing::companion_hello(attempt, account_of(vector), display));
    CHECK(without_id(hello) == without_id(expected));
}

void check_finish(const pairing::CodePairing& attempt, common::json::Value vector) {
    const Node notification = node(vector, "primary_hello_notification_hex");
    CHECK(pairing::code_stage(notification) == pairing::CodeStage::primary_hello);
    const auto hello = pairing::parse_primary_hello(notification);
    REQUIRE(hello);
    pairing::FinishRandomness random;
    random.adv_random = array<32>(vector, "adv_secret_random_hex");
    random.bundle_salt = array<32>(vector, "key_bundle_salt_hex");
    random.bundle_nonce = array<12>(vector, "key_bundle_nonce_hex");
    const auto finish = pairing::finish_code_pairing(attempt, *hello, account_of(vector), random);
    REQUIRE(finish);
    CHECK(common::to_bytes(finish->adv_secret.view()) == hex(vector, "adv_secret_hex"));
    CHECK(without_id(over_the_wire(finish->request)) == without_id(node(vector, "companion_finish_iq_hex")));
}

void check_phone(const pairing::CodePairing& attempt, common::json::Value vector) {
    const auto phone = key_pair(vector, "primary_identity_private_hex");
    pairing::primary::EntryRandomness random;
    random.ephemeral = key_pair(vector, "primary_ephemeral_private_hex");
    random.salt = array<32>(vector, "primary_salt_hex");
    random.iv = array<16>(vector, "primary_iv_hex");
    const auto entry =
        pairing::primary::enter_code(attempt.code, attempt.wrapped_ephemeral, attempt.ref, phone.public_key, random);
    REQUIRE(entry);
    CHECK(entry->companion_ephemeral == array<32>(vector, "companion_ephemeral_public_hex"));
    const Node expected = node(vector, "primary_hello_notification_hex");
    CHECK(over_the_wire(entry->primary_hello) == *expected.child("link_code_companion_reg"));

    const auto result = pairing::primary::finish_code(node(vector, "companion_finish_iq_hex"), *entry, phone);
    REQUIRE(result);
    CHECK(common::to_bytes(result->adv_secret.view()) == hex(vector, "adv_secret_hex"));
    CHECK(result->companion_identity == array<32>(vector, "companion_identity_public_hex"));
}

const common::FakeClock test_clock{common::UnixMillis{std::chrono::milliseconds{1'760'000'000'000}}};

}  // namespace

TEST_CASE("five bytes make a code of eight characters", "[vectors]") {
    const auto vectors = support::load_vectors("pairing.json");
    const auto list = vectors.root()["codes"];
    REQUIRE(list.size() > 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        CHECK(pairing::code_from(array<5>(list.at(i), "bytes_hex")) == text(list.at(i), "code"));
    }
}

TEST_CASE("code pairing sends and derives what the vectors say, on both sides", "[vectors]") {
    const auto vectors = support::load_vectors("pairing.json");
    const auto list = vectors.root()["link_code"];
    REQUIRE(list.size() > 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto vector = list.at(i);
        INFO(text(vector, "name"));
        auto attempt = start(vector);
        check_hello(attempt, vector);
        attempt.ref = hex(vector, "pairing_ref_hex");
        check_finish(attempt, vector);
        check_phone(attempt, vector);
    }
}

TEST_CASE("a wrong code shows when the phone opens the bundle", "[pairing]") {
    const Account account = pairing::new_account(test_clock);
    const auto phone = common::crypto::KeyPair::generate();
    auto attempt = pairing::start_code_pairing("15550001111", pairing::HelloRandomness::fresh());
    attempt.ref = common::to_bytes("2@ref");
    const std::string typed = attempt.code == "11111111" ? "22222222" : "11111111";
    const auto entry = pairing::primary::enter_code(
        typed, attempt.wrapped_ephemeral, attempt.ref, phone.public_key, pairing::primary::EntryRandomness::fresh()
    );
    REQUIRE(entry);
    Node notification{"notification", {{"type", "link_code_companion_reg"}}};
    notification.add(entry->primary_hello);
    const auto hello = pairing::parse_primary_hello(notification);
    REQUIRE(hello);
    const auto finish = pairing::finish_code_pairing(attempt, *hello, account, pairing::FinishRandomness::fresh());
    REQUIRE(finish);
    CHECK_FALSE(pairing::primary::finish_code(finish->request, *entry, phone));
}

TEST_CASE("codes are read as people type them", "[pairing]") {
    CHECK(pairing::parse_code("ABCD-EFGH").value() == "ABCDEFGH");
    CHECK(pairing::parse_code("abcd efgh").value() == "ABCDEFGH");
    for (const char* bad : {"", "ABCD", "ABCDEFGHJ", "ABCD-EFG0", "ABCD-EFGI", "ABCD-EFGO", "ABCD-EFGU", "ABCD_EFGH"}) {
        CHECK(pairing::parse_code(bad).error() == pairing::Errc::bad_code);
    }
}

TEST_CASE("phone numbers are read as people write them", "[pairing]") {
    CHECK(pairing::parse_phone("+1 (555) 000-1111").value() == "15550001111");
    CHECK(pairing::parse_phone("15550001111").value() == "15550001111");
    CHECK(pairing::parse_phone("49 30/1234.567").value() == "49301234567");
    for (const char* bad :
         {"",
          "123456",
          "0155500011",
          "+",
          "1234567890123456",
          "15550001111@s.whatsapp.net",
          "1-555-CALL-ME",
          "1+5550001111"}) {
        CHECK(pairing::parse_phone(bad).error() == pairing::Errc::bad_phone_number);
    }
}

TEST_CASE("the answer to companion_hello gives the ref, or says that the code was refused", "[pairing]") {
    Node body{"link_code_companion_reg"};
    body.add(Node{"link_code_pairing_ref", {}, common::to_bytes("2@ref")});
    Node answer{"iq", {{"type", "result"}}};
    answer.add(body);
    CHECK(pairing::parse_hello_reply(answer).value() == common::to_bytes("2@ref"));
    CHECK(pairing::parse_hello_reply(Node{"iq", {{"type", "error"}}}).error() == pairing::Errc::refused);
    CHECK(pairing::parse_hello_reply(Node{"iq", {{"type", "result"}}}).error() == pairing::Errc::refused);
}

TEST_CASE("the stages of a notification are told apart", "[pairing]") {
    const auto stage = [](const char* name) {
        Node notification{"notification", {{"type", "link_code_companion_reg"}}};
        return pairing::code_stage(notification.add(Node{"link_code_companion_reg", {{"stage", name}}}));
    };
    CHECK(stage("primary_hello") == pairing::CodeStage::primary_hello);
    CHECK(stage("refresh_code") == pairing::CodeStage::refresh_code);
    CHECK(stage("something_new") == pairing::CodeStage::unknown);
    CHECK(pairing::code_stage(Node{"notification"}) == pairing::CodeStage::unknown);
}

TEST_CASE("a hello of another attempt, or with an unsafe key, gives no bundle", "[pairing]") {
    const Account account = pairing::new_account(test_clock);
    auto attempt = pairing::start_code_pairing("15550001111", pairing::HelloRandomness::fresh());
    pairing::PrimaryHello hello;
    hello.identity = common::crypto::KeyPair::generate().public_key;
    hello.ref = common::to_bytes("2@other");
    const auto random = pairing::FinishRandomness::fresh();
    CHECK(pairing::finish_code_pairing(attempt, hello, account, random).error() == pairing::Errc::unknown_ref);
    attempt.ref = common::to_bytes("2@ref");
    CHECK(pairing::finish_code_pairing(attempt, hello, account, random).error() == pairing::Errc::unknown_ref);
    hello.ref = attempt.ref;
    hello.identity.fill(0);
    CHECK(pairing::finish_code_pairing(attempt, hello, account, random).error() == pairing::Errc::weak_key);
}

TEST_CASE("a hello with short fields is malformed", "[pairing]") {
    const auto hello_with = [](std::size_t wrapped, std::size_t identity, std::size_t ref) {
        Node body{"link_code_companion_reg", {{"stage", "primary_hello"}}};
        body.add(Node{"link_code_pairing_wrapped_primary_ephemeral_pub", {}, Bytes(wrapped, 1)});
        body.add(Node{"primary_identity_pub", {}, Bytes(identity, 1)});
        body.add(Node{"link_code_pairing_ref", {}, Bytes(ref, 1)});
        return pairing::parse_primary_hello(Node{"notification"}.add(std::move(body)));
    };
    CHECK(hello_with(80, 32, 5));
    CHECK_FALSE(hello_with(79, 32, 5));
    CHECK_FALSE(hello_with(80, 31, 5));
    CHECK_FALSE(hello_with(80, 33, 5));
    CHECK_FALSE(hello_with(80, 32, 0));
    CHECK_FALSE(pairing::parse_primary_hello(Node{"notification"}));
}

}  // namespace tests::pairing
