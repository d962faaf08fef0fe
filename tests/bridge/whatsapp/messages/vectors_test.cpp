#include "tests/support/vectors.hpp"

#include "bridge/whatsapp/messages/message_id.hpp"
#include "bridge/whatsapp/messages/padding.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::messages {

namespace messages = bridge::whatsapp::messages;
using support::hex;
using support::member;

TEST_CASE("padding: every client's padding comes off, and ours is theirs", "[messages][vectors]") {
    const auto file = support::load_vectors("padding.json");
    const auto valid = member(file.root(), "valid");
    REQUIRE(valid.size() > 0);
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto plain = hex(valid.at(i), "messageProto");
        const auto padded = hex(valid.at(i), "padded");
        const auto size = support::number(valid.at(i), "padLength");
        const auto opened = messages::unpad(padded);
        REQUIRE(opened);
        CHECK(common::to_hex(*opened) == common::to_hex(plain));
        if (size <= 15)
            CHECK(common::to_hex(messages::pad(plain, static_cast<std::uint8_t>(size))) == common::to_hex(padded));
    }
    const auto invalid = member(file.root(), "invalid");
    REQUIRE(invalid.size() > 0);
    for (std::size_t i = 0; i < invalid.size(); ++i) CHECK_FALSE(messages::unpad(hex(invalid.at(i), "padded")));
}

TEST_CASE("message ids: are made as web clients make them", "[messages][vectors]") {
    const auto file = support::load_vectors("message_ids.json");
    const auto examples = member(file.root(), "examples");
    REQUIRE(examples.size() > 0);
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const auto one = examples.at(i);
        const auto random = common::to_array<16>(hex(one, "random16"));
        REQUIRE(random);
        const common::UnixTime time{std::chrono::seconds{support::number(one, "unixSeconds")}};
        const bridge::whatsapp::Jid own{support::text(one, "ownUser"), bridge::whatsapp::server::user};
        CHECK(messages::make_message_id(time, own, *random) == support::text(one, "goClientId"));
    }
}

}  // namespace tests::messages
