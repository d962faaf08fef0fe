#include "bridge/whatsapp/content/capabilities.hpp"
#include "bridge/whatsapp/content/describe.hpp"
#include "bridge/whatsapp/content/labels.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"
#include "tests/bridge/whatsapp/content/examples.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace tests::content {

namespace {

content::Context full_context() {
    content::Context context;
    context.quote = content::Quote{"3EB0CCCC", ana, {}, text_message("before")};
    context.mentions = {ana, ben};
    context.mentions_everyone = true;
    context.group_mentions = {{club, "Club"}};
    context.forwarded = true;
    context.forwarding_score = 3;
    context.channel = content::ChannelOrigin{{"120363000000000009", server::newsletter}, "News", 77};
    context.expiration = std::chrono::seconds{86400};
    context.expiration_set_at = at(1'700'000'000);
    return context;
}

/// Contents with a place for a context.
bool carries_context(const content::Body& body) {
    using content::Kind;
    const Kind kind = content::kind_of(body);
    return content::describe(content::Content{{}, false, {}, body}).role == content::Description::Role::message &&
           kind != Kind::nothing;
}

}  // namespace

TEST_CASE("content: what is written reads as the same", "[content]") {
    for (const Example& example : examples()) {
        INFO(example.name);
        content::Content in;
        in.body = example.body;
        const auto written = content::write(in, secret);
        REQUIRE(written);
        const auto out = content::read(*written);
        REQUIRE(out);
        CHECK(*out == in);
        CHECK(content::message_secret_of(*written) == (content::takes_secret(in.body) ? secret : Bytes{}));
        // Unwrapped, as the inbox keeps it, it still says the same.
        const auto inside = content::unwrap(*written);
        REQUIRE(inside);
        CHECK(content::read(inside->content)->body == in.body);
        CHECK(content::message_secret_of(inside->content) == content::message_secret_of(*written));
    }
}

TEST_CASE("content: context and association travel with every content that has a place for them", "[content]") {
    for (const Example& example : examples()) {
        if (!carries_context(example.body)) continue;
        INFO(example.name);
        content::Content in;
        in.context = full_context();
        in.association = content::Association{content::AssociationKind::album, mine(), 2};
        in.body = example.body;
        const auto written = content::write(in, secret);
        REQUIRE(written);
        const auto out = content::read(*written);
        REQUIRE(out);
        CHECK(*out == in);
    }
}

TEST_CASE("content: view-once media travel in their wrappers", "[content]") {
    const auto outer = [](content::MediaKind kind) {
        content::Content in;
        in.view_once = true;
        in.body = medium(kind);
        const auto written = content::write(in, secret);
        REQUIRE(written);
        CHECK(*content::read(*written) == in);
        return parsed(*written);
    };
    CHECK(outer(content::MediaKind::image).view_once_message_v2().message().image_message().view_once());
    CHECK(outer(content::MediaKind::video).view_once_message_v2().message().video_message().view_once());
    CHECK(outer(content::MediaKind::voice_note).view_once_message_v2_extension().message().audio_message().view_once());
    for (const auto kind : {content::MediaKind::document, content::MediaKind::sticker}) {
        content::Content in;
        in.view_once = true;
        in.body = medium(kind);
        CHECK(content::write(in, secret).error() == content::Errc::bad_view_once);
    }
    content::Content text;
    text.view_once = true;
    text.body = content::Text{"once", {}, {}};
    CHECK(content::write(text, secret).error() == content::Errc::bad_view_once);
}

TEST_CASE("content: every prefix and bit flip of every content is a result", "[content]") {
    for (const Example& example : examples()) {
        INFO(example.name);
        content::Content in;
        if (carries_context(example.body)) in.context = full_context();
        in.body = example.body;
        const auto written = content::write(in, secret);
        REQUIRE(written);
        std::size_t readable = 0;
        const auto use = [&readable](ByteView bytes) {
            const auto what = content::describe(bytes);
            const auto labels = content::labels_of(bytes);
            CHECK_FALSE(labels.type.empty());
            if (const auto content = content::read(bytes)) {
                ++readable;
                CHECK(content::kind_of(content->body) == what.kind);
                (void)content::write(*content, secret).has_value();
            }
            (void)content::unwrap(bytes).has_value();
            (void)content::forward(bytes, {secret, false, {}, {}}).has_value();
        };
        for (std::size_t size = 0; size < written->size(); ++size) use(ByteView{*written}.first(size));
        for (std::size_t bit = 0; bit < written->size() * 8; bit += 11) {
            Bytes flipped = *written;
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            use(flipped);
        }
        CHECK(readable > 0);
    }
}

TEST_CASE("content: what is only received is refused for writing", "[content]") {
    namespace c = content;
    const std::vector<c::Body> received{
        c::Nothing{},
        c::StickerPack{},
        c::LiveLocation{},
        c::PollResult{},
        c::Choices{},
        c::ChannelInvite{},
        c::EventInvite{},
        c::Product{},
        c::Order{},
        c::Payment{},
        c::CallEvent{},
        c::Placeholder{},
        c::Other{},
    };
    for (const c::Body& body : received) {
        INFO(c::name(c::kind_of(body)));
        CHECK(c::write({{}, false, {}, body}, secret).error() == c::Errc::receive_only);
        CHECK_FALSE(c::can_send(c::kind_of(body), c::ChatKind::direct).reason.empty());
    }
}

}  // namespace tests::content
