#include "bridge/whatsapp/messages/content.hpp"

#include "bridge/whatsapp/messages/wire_fields.hpp"
#include "proto/e2e.pb.h"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::messages {

using bridge::whatsapp::Jid;
using common::Bytes;
using common::ByteView;
namespace server = bridge::whatsapp::server;
namespace messages = bridge::whatsapp::messages;
using Kind = messages::Description::Kind;

namespace {

const Bytes secret(32, 7);

Bytes bytes_of(const wa::e2e::Message& message) { return common::to_bytes(message.SerializeAsString()); }

/// Field `number` (a FutureProofMessage) around `inner`.
Bytes wrapped(std::uint32_t number, const Bytes& inner) {
    const auto tagged = [](std::uint32_t field, const Bytes& content) {
        Bytes out;
        const auto varint = [&out](std::uint64_t value) {
            for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
            out.push_back(static_cast<std::uint8_t>(value));
        };
        varint(std::uint64_t{field} << 3 | 2);
        varint(content.size());
        common::append(out, content);
        return out;
    };
    return tagged(number, tagged(1, inner));
}

}  // namespace

TEST_CASE("content: a text is described as itself", "[messages]") {
    const auto what = messages::describe(messages::make_text("grüße 你好", secret));
    CHECK(what.kind == Kind::text);
    CHECK(what.text == "grüße 你好");
    CHECK(what.media_type.empty());
}

TEST_CASE("content: other kinds are named, without inventing text", "[messages]") {
    CHECK(messages::describe(wrapped(3, {})).media_type == "image");
    CHECK(messages::describe(wrapped(49, {})).media_type == "poll");
    CHECK(messages::describe(wrapped(1000, {})).media_type == "unknown");
    wa::e2e::Message keys;
    keys.mutable_sender_key_distribution_message()->set_group_id("1@g.us");
    CHECK(messages::describe(bytes_of(keys)).kind == Kind::nothing);
}

TEST_CASE("content: the copy for own devices carries destination and message secret", "[messages]") {
    const Jid chat{"200000000000002", server::lid};
    const auto copy = messages::make_device_sent(chat, messages::make_text("hi", secret));
    REQUIRE(copy);
    wa::e2e::Message outer;
    REQUIRE(outer.ParseFromArray(copy->data(), static_cast<int>(copy->size())));
    CHECK(outer.message_context_info().message_secret() == common::to_string(secret));
    const auto inside = messages::unwrap(*copy);
    REQUIRE(inside);
    CHECK(inside->device_sent);
    CHECK(inside->destination == chat);
    CHECK(messages::describe(inside->content).text == "hi");
}

TEST_CASE("content: wrappers come off, to a depth", "[messages]") {
    Bytes message = messages::make_text("deep", secret);
    for (int depth = 0; depth < 8; ++depth) message = wrapped(depth % 2 ? 40 : 55, message);
    const auto inside = messages::unwrap(message);
    REQUIRE(inside);
    CHECK(messages::describe(inside->content).text == "deep");
    CHECK_FALSE(messages::unwrap(wrapped(37, message)));
}

TEST_CASE("content: hostile bytes never end worse than in an error", "[messages]") {
    const Bytes valid = wrapped(40, messages::make_text("hello", secret));
    for (std::size_t size = 0; size < valid.size(); ++size) {
        const ByteView cut = ByteView{valid}.first(size);
        CHECK_NOTHROW(messages::describe(cut));
        CHECK_NOTHROW(messages::unwrap(cut).has_value());
        CHECK(messages::wire_fields(cut).size() <= 2);
    }
    for (std::size_t bit = 0; bit < valid.size() * 8; ++bit) {
        Bytes flipped = valid;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK_NOTHROW(messages::unwrap(flipped).has_value());
    }
}

}  // namespace tests::messages
