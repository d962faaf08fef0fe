#include "bridge/whatsapp/content/unwrap.hpp"

#include "bridge/whatsapp/content/describe.hpp"
#include "bridge/whatsapp/content/wire_fields.hpp"
#include "tests/bridge/whatsapp/content/support.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::content {

TEST_CASE("unwrap: the copy for own devices carries destination and message secret", "[content]") {
    const Jid chat{"200000000000002", server::lid};
    const auto copy = content::make_device_sent(chat, content::make_text("hi", secret));
    REQUIRE(copy);
    CHECK(parsed(*copy).message_context_info().message_secret() == common::to_string(secret));
    const auto inside = content::unwrap(*copy);
    REQUIRE(inside);
    CHECK(inside->device_sent);
    CHECK(inside->destination == chat);
    CHECK(content::describe(inside->content).text == "hi");
    CHECK(content::message_secret_of(inside->content) == secret);
}

TEST_CASE("unwrap: wrappers come off, to a depth", "[content]") {
    Bytes message = content::make_text("deep", secret);
    for (int depth = 0; depth < content::max_wrappers; ++depth) message = wrapped(depth % 2 ? 40 : 58, message);
    const auto inside = content::unwrap(message);
    REQUIRE(inside);
    CHECK(content::describe(inside->content).text == "deep");
    CHECK(content::unwrap(wrapped(37, message)).error() == content::Errc::too_deep);
    CHECK(content::read(wrapped(37, message)).error() == content::Errc::too_deep);
}

TEST_CASE("unwrap: every wrapper of the protocol is known", "[content]") {
    const Bytes text = content::make_text("inside", secret);
    for (const std::uint32_t field : {37, 40, 53, 55, 58,  59,  62,  67,  74,  85,  87,  90,  91, 92,
                                      93, 95, 96, 99, 100, 101, 103, 104, 106, 116, 118, 126, 131}) {
        INFO("field " << field);
        const auto inside = content::unwrap(wrapped(field, text));
        REQUIRE(inside);
        CHECK(inside->content == text);
        CHECK(inside->view_once == (field == 37 || field == 55 || field == 59));
        CHECK(inside->group_status == (field == 96 || field == 103));
    }
}

TEST_CASE("unwrap: the context outside is inherited where there is none inside", "[content]") {
    wa::e2e::Message outer;
    outer.mutable_message_context_info()->set_message_secret(common::to_string(secret));
    auto& inner = *outer.mutable_view_once_message_v2()->mutable_message();
    inner.mutable_image_message()->set_caption("once");
    const auto inside = content::unwrap(bytes_of(outer));
    REQUIRE(inside);
    CHECK(content::message_secret_of(inside->content) == secret);
    // The wrapper is gone, but not what it said.
    CHECK(content::read(inside->content)->view_once);
}

TEST_CASE("unwrap: keys alone are no content, protocol messages are named", "[content]") {
    wa::e2e::Message keys;
    keys.mutable_sender_key_distribution_message()->set_group_id("1@g.us");
    keys.mutable_sender_key_distribution_message()->set_axolotl_sender_key_distribution_message("key");
    const auto only_keys = content::unwrap(bytes_of(keys));
    REQUIRE(only_keys);
    CHECK(only_keys->sender_key_group == "1@g.us");
    CHECK(only_keys->sender_key == common::to_bytes("key"));
    CHECK_FALSE(only_keys->has_content);

    wa::e2e::Message revoke;
    revoke.mutable_protocol_message()->mutable_key()->set_id("A");
    CHECK(content::unwrap(bytes_of(revoke))->is_protocol);
    CHECK(content::unwrap(wrapped(58, bytes_of(revoke)))->is_protocol);
    CHECK(content::unwrap(tagged(1000, {}))->has_content);
}

TEST_CASE("unwrap: fields that we do not know survive", "[content]") {
    Bytes message = content::make_text("text", secret);
    common::append(message, tagged(900, {1, 2, 3}));
    const auto inside = content::unwrap(wrapped(40, message));
    REQUIRE(inside);
    CHECK(inside->content == message);
}

TEST_CASE("unwrap: hostile bytes never end worse than in an error", "[content]") {
    const Bytes valid = wrapped(40, content::make_text("hello", secret));
    for (std::size_t size = 0; size < valid.size(); ++size) {
        const ByteView cut = ByteView{valid}.first(size);
        CHECK(content::unwrap(cut).has_value() == (size == 0));
        CHECK(content::wire_fields(cut).size() <= 2);
    }
    for (std::size_t bit = 0; bit < valid.size() * 8; ++bit) {
        Bytes flipped = valid;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        const auto inside = content::unwrap(flipped);
        CHECK((!inside || inside->content.size() <= valid.size()));
    }
}

}  // namespace tests::content
