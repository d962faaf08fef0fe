// Every content that phones can write, their files, and what belongs to other messages.
#include "tests/simulator/phone_content.hpp"

#include "bridge/whatsapp/addons/addons.hpp"
#include "bridge/whatsapp/addons/payloads.hpp"
#include "bridge/whatsapp/media/retry.hpp"
#include "tests/simulator/compose.hpp"
#include "tests/simulator/network.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace simulator;
namespace addons = bridge::whatsapp::addons;
namespace asio = common::asio;
namespace content = bridge::whatsapp::content;
namespace json = common::json;
namespace sealing = bridge::whatsapp::media;

namespace {

constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";

struct Chat {
    Network network;
    Jid to_ben{person(ben, Space::lid)};

    Chat() { network.account(ben), network.account(ada); }

    /// Ada's phone writes what the JSON says; the message as Ben's phone has it.
    PhoneMessage send(const std::string& text) {
        const auto document = json::Document::parse(text);
        REQUIRE(document);
        auto composed = compose(document->root(), network.phone(ada), to_ben);
        REQUIRE(composed);
        if (composed->file) {
            auto file = std::move(*composed->file);
            composed->content.body = put(std::get<content::Media>(composed->content.body), std::move(file));
        }
        const auto message = content::write(composed->content, common::crypto::random_bytes(32));
        REQUIRE(message);
        Outgoing outgoing;
        outgoing.chat = to_ben;
        outgoing.message = *message;
        const auto id = network.phone(ada).send(std::move(outgoing));
        REQUIRE(id);
        network.settle();
        const PhoneMessage* got = network.phone(ben).find_message(*id);
        REQUIRE(got != nullptr);
        return *got;
    }
    content::Media put(content::Media description, FileContent file) {
        std::optional<common::Result<content::Media>> made;
        asio::co_spawn(
            network.io,
            put_file(network.media, std::move(description), std::move(file), 1),
            [&](std::exception_ptr, common::Result<content::Media> result) { made = std::move(result); }
        );
        network.settle();
        REQUIRE(made);
        REQUIRE(*made);
        return **made;
    }
    common::Result<OpenedFile> open(const PhoneMessage& message) {
        const auto said = content::read(message.message);
        REQUIRE(said);
        std::optional<common::Result<OpenedFile>> opened;
        asio::co_spawn(
            network.io,
            open_file(network.media, std::get<content::Media>(said->body), 1000),
            [&](std::exception_ptr, common::Result<OpenedFile> result) { opened = std::move(result); }
        );
        network.settle();
        REQUIRE(opened);
        return *opened;
    }
};

}  // namespace

TEST_CASE("phone content: what is written arrives as that kind", "[simulator]") {
    Chat chat;
    const PhoneMessage first = chat.send(R"({"kind":"text","text":"hello"})");
    const std::string target = R"(,"target":")" + first.id + R"("})";
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({"kind":"text","text":"see","quote":")" + first.id + R"("})", "text"},
        {R"({"kind":"location","latitude":52.5,"longitude":13.4,"name":"Here"})", "location"},
        {R"({"kind":"contacts","cards":[{"name":"Ann","vcard":"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD"}]})",
         "contacts"},
        {R"({"kind":"event","name":"Party","starts":1800000000})", "event"},
        {R"({"kind":"reaction","emoji":"👍")" + target, "reaction"},
        {R"({"kind":"edit","text":"hello there")" + target, "edit"},
        {R"({"kind":"pin")" + target, "pin"},
        {R"({"kind":"keep")" + target, "keep"},
        {R"({"kind":"revoke")" + target, "revoke"},
        {R"({"kind":"timer","seconds":86400})", "timer"},
        {R"({"kind":"album","images":2,"videos":0})", "album"},
        {R"({"kind":"phone_number_request"})", "phone_number_request"},
        {R"({"kind":"image","size":1000,"view_once":true})", "image"},
        {R"({"kind":"voice_note","size":1000,"seconds":3})", "voice_note"},
        {R"({"kind":"sticker","size":1000})", "sticker"},
        {R"({"kind":"document","size":10,"file_name":"a.pdf","caption":"read"})", "document"}};
    for (const auto& [text, kind] : cases) {
        INFO(text);
        CHECK(chat.send(text).kind == kind);
    }
}

TEST_CASE("phone content: a file opens at the other end, whatever its size", "[simulator]") {
    Chat chat;
    for (const std::uint64_t size : {1ULL, 16ULL, 1ULL << 20, (3ULL << 20) + 7}) {
        const PhoneMessage got = chat.send(R"({"kind":"document","seed":"s","size":)" + std::to_string(size) + "}");
        const auto opened = chat.open(got);
        REQUIRE(opened);
        CHECK(opened->size == size);
        CHECK(opened->sha256 == common::crypto::sha256(generate("s", 0, size)));
        CHECK(opened->data == generate("s", 0, std::min<std::size_t>(size, 1000)));
    }
}

TEST_CASE("phone content: the author of a poll opens the vote, and of an event the answer", "[simulator]") {
    Chat chat;
    const PhoneMessage poll = chat.send(R"({"kind":"poll","name":"When?","options":["Mon","Tue"],"selectable":1})");
    const Bytes secret = content::message_secret_of(poll.message);
    const PhoneMessage vote = chat.send(R"({"kind":"poll_vote","options":["Tue"],"target":")" + poll.id + R"("})");
    const auto said = content::read(vote.message);
    REQUIRE(said);
    const auto& sealed = std::get<content::PollVote>(said->body);
    const Jid author = person(ada, Space::lid);
    const auto plain = addons::open(addons::UseCase::poll_vote, secret, {poll.id, author, author}, sealed.vote);
    REQUIRE(plain);
    const auto options = addons::parse_vote(*plain);
    REQUIRE(options);
    CHECK(*options == std::vector{addons::option_hash("Tue")});
    const PhoneMessage event = chat.send(R"({"kind":"event","name":"Party","starts":1800000000})");
    CHECK(
        chat.send(R"({"kind":"event_response","response":"going","target":")" + event.id + R"("})").kind ==
        "event_response"
    );
}

TEST_CASE("phone content: what is not understood is refused", "[simulator]") {
    Chat chat;
    const auto refused = [&](std::string_view text) {
        const auto document = json::Document::parse(text);
        return compose(document->root(), chat.network.phone(ada), chat.to_ben).error();
    };
    CHECK(refused(R"({"kind":"song"})") == ComposeErrc::unknown_kind);
    CHECK(refused(R"({"kind":"reaction","emoji":"x","target":"none"})") == ComposeErrc::unknown_message);
    const PhoneMessage text = chat.send(R"({"kind":"text","text":"no poll"})");
    Chat other;
    CHECK(refused(R"({"kind":"image","data":"***"})") == ComposeErrc::bad_value);
}

TEST_CASE("phone content: a lost file comes back under a path that only the asker learns", "[simulator]") {
    Chat chat;
    chat.network.add_companion(ben);
    const PhoneMessage got = chat.send(R"({"kind":"image","size":5000})");
    const auto said = content::read(got.message);
    REQUIRE(said);
    const auto& file = std::get<content::Media>(said->body);
    chat.network.media.store().find(file.direct_path)->gone = 410;
    CHECK_FALSE(chat.open(got));
    Account& owner = chat.network.account(ben);
    const auto ask = [&] {
        chat.network.take_queue(ben);
        const sealing::RetryTarget target{got.id, person(ada, Space::lid), false, std::nullopt};
        auto receipt =
            sealing::retry_receipt(target, owner.jid(Space::pn), file.media_key.view(), common::ByteArray<12>{});
        REQUIRE(receipt);
        chat.network.server.router().receipt(owner, owner.devices.at(1), *receipt);
        chat.network.settle();
        return chat.network.take_queue(ben);
    };
    const auto answered = ask();
    REQUIRE(answered.size() == 1);
    const auto answer = sealing::parse_retry(answered[0]);
    REQUIRE(answer);
    const auto fresh = sealing::open_retry(*answer, file.media_key.view());
    REQUIRE(fresh);
    const media::Blob* renewed = chat.network.media.store().find(fresh->direct_path);
    REQUIRE(renewed != nullptr);
    CHECK(renewed->gone == 0);
    CHECK(chat.network.media.store().find(file.direct_path)->gone == 410);
    chat.network.phone(ben).set_reupload(Reupload::not_found);
    const auto refused = sealing::parse_retry(ask().at(0));
    REQUIRE(refused);
    CHECK(sealing::open_retry(*refused, file.media_key.view()).error() == sealing::Errc::not_on_phone);
    chat.network.phone(ben).set_reupload(Reupload::silent);
    CHECK(ask().empty());
}
