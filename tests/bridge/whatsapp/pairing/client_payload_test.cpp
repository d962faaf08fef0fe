#include "bridge/whatsapp/pairing/client_payload.hpp"

#include "proto/handshake.pb.h"
#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp;
using namespace tests::support;
using common::json::Value;

namespace {

/// The display version of the operating system is not a field of the vectors: taken from the payload itself.
std::string os_version_of(const common::Bytes& payload) {
    wa::handshake::ClientPayload parsed;
    REQUIRE(parsed.ParseFromArray(payload.data(), static_cast<int>(payload.size())));
    return parsed.user_agent().os_version();
}

pairing::ClientIdentity identity_of(Value each) {
    pairing::ClientIdentity identity;
    const Value version = member(each, "version");
    for (std::size_t i = 0; i < 3; ++i) identity.version[i] = static_cast<std::uint32_t>(version.at(i).integer_or(0));
    identity.os_version = os_version_of(hex(each, "payload_hex"));
    return identity;
}

void add_registration(pairing::ClientIdentity& identity, Value each) {
    identity.registration_id = static_cast<std::uint32_t>(number(each, "registration_id"));
    identity.identity = common::to_array<32>(hex(each, "identity_public_hex")).value();
    identity.signed_pre_key_id = static_cast<std::uint32_t>(number(each, "signed_prekey_id"));
    identity.signed_pre_key = common::to_array<32>(hex(each, "signed_prekey_public_hex")).value();
    identity.signed_pre_key_signature = common::to_array<64>(hex(each, "signed_prekey_signature_hex")).value();
    const Value props = member(each, "device_props");
    identity.device_name = text(props, "os");
    const Value version = member(props, "version");
    identity.device_version = {
        static_cast<std::uint32_t>(number(version, "primary")),
        static_cast<std::uint32_t>(number(version, "secondary")),
        static_cast<std::uint32_t>(number(version, "tertiary"))};
    identity.platform_type = static_cast<int>(number(props, "platformType"));
    identity.require_full_sync = flag(props, "requireFullSync");
}

}  // namespace

TEST_CASE("client_payload.json: registration and login are written as recorded", "[vectors]") {
    const auto file = load_vectors("client_payload.json");
    const Value cases = member(file.root(), "cases");
    REQUIRE(cases.size() > 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Value each = cases.at(i);
        INFO(text(each, "name"));
        pairing::ClientIdentity identity = identity_of(each);
        if (text(each, "kind") == "registration") {
            add_registration(identity, each);
            CHECK(pairing::device_props(identity) == hex(each, "device_props_hex"));
            CHECK(pairing::registration_payload(identity) == hex(each, "payload_hex"));
        } else {
            CHECK(pairing::login_payload(identity, Jid::parse(text(each, "jid")).value()) == hex(each, "payload_hex"));
        }
    }
}

TEST_CASE("client payload: an unknown platform type is sent as unknown", "[pairing]") {
    pairing::ClientIdentity identity;
    identity.platform_type = 0;
    const common::Bytes unknown = pairing::device_props(identity);
    identity.platform_type = 1000;
    CHECK(pairing::device_props(identity) == unknown);
}
