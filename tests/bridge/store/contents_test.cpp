#include "common/json/json.hpp"
#include "common/sqlite/sqlite.hpp"
#include "tests/bridge/store/fixture.hpp"

namespace bridge::store {
namespace {

using Strings = std::vector<std::string>;

common::Bytes filled(std::size_t size, int value) { return common::Bytes(size, static_cast<std::uint8_t>(value)); }

MediaInfo picture() {
    MediaInfo media;
    media.mime_type = "image/jpeg";
    media.url = "https://mmg.example/x";
    media.direct_path = "/v/t62/x?oh=1";
    media.media_key = filled(32, 1);
    media.file_sha256 = filled(32, 2);
    media.file_enc_sha256 = filled(32, 3);
    media.file_length = 12'345;
    media.key_time = at(1'700'000'001);
    media.width = 640;
    media.height = 480;
    media.thumbnail = filled(100, 4);
    return media;
}

AddMessage picture_from(const Party& from, const std::string& id, std::int64_t time = 1'700'000'000) {
    AddMessage message = text_from(from, id, "a caption", time);
    message.media_type = "image";
    message.extras.emplace();
    message.extras->kind = "image";
    message.extras->media = picture();
    return message;
}

/// The data of the newest event.
common::json::Document newest(Fixture& fixture) {
    const auto events = fixture.events();
    REQUIRE_FALSE(events.empty());
    INFO(events.back().data);
    auto document = common::json::Document::parse(events.back().data);
    REQUIRE(document);
    return std::move(*document);
}

TEST_CASE_METHOD(Fixture, "contents: a picture is stored with what fetches and shows it", "[store]") {
    CHECK(apply({picture_from(ada, "P1")}) == 1);
    const auto message = value_of(store->message("P1", ada.jid));
    CHECK(message.kind == "image");
    CHECK(message.content == "a caption");
    REQUIRE(message.media);
    CHECK(message.media->mime_type == "image/jpeg");
    CHECK(message.media->size == 12'345);
    CHECK(message.media->caption == "a caption");
    CHECK(message.media->width == 640);
    CHECK_FALSE(message.media->seconds);
    CHECK(message.media->has_thumbnail);
    CHECK(message.media->state == "remote");
    CHECK(value_of(store->media("P1", ada.jid)) == picture());
    CHECK(value_of(store->messages(ada.jid, 10, 0, "")).front() == message);
    SearchFilter filter;
    filter.query = "caption";
    CHECK(value_of(store->search(filter)).front() == message);

    const auto event = newest(*this);
    CHECK(event.root()["kind"].string() == "image");
    CHECK(event.root()["media"]["mime_type"].string() == "image/jpeg");
    CHECK(event.root()["media"]["height"].integer() == 480);
}

TEST_CASE_METHOD(Fixture, "contents: clients of the earlier bridges find the file's columns", "[store]") {
    AddMessage document = picture_from(ada, "D1");
    document.media_type = "document";
    document.extras->media->file_name = "plan.pdf";
    apply({document, text_from(ada, "T1", "plain")});
    auto reader = common::sqlite::Database::open(folder.file("messages.db"), {.read_only = true});
    REQUIRE(reader);
    const auto row = reader->prepare(
        "SELECT media_type, filename, url, media_key, file_sha256, file_enc_sha256, file_length FROM messages "
        "WHERE id = 'D1'"
    );
    REQUIRE(*row->step());
    CHECK(row->text(0) == "document");
    CHECK(row->text(1) == "plan.pdf");
    CHECK(row->text(2) == "https://mmg.example/x");
    CHECK(row->bytes(3) == filled(32, 1));
    CHECK(row->bytes(4) == filled(32, 2));
    CHECK(row->bytes(5) == filled(32, 3));
    CHECK(row->integer(6) == 12'345);
}

TEST_CASE_METHOD(Fixture, "contents: a plain text has a row in one table only", "[store]") {
    apply({text_from(ada, "T1", "plain"), picture_from(ada, "P1")});
    auto reader = common::sqlite::Database::open(folder.file("messages.db"), {.read_only = true});
    REQUIRE(reader);
    const auto row = reader->prepare("SELECT count(*) FROM message_extra");
    REQUIRE(*row->step());
    CHECK(row->integer(0) == 1);
    const auto text = value_of(store->message("T1", ""));
    CHECK(text.kind == "text");
    CHECK(contract::to_json(text).ends_with(R"("status":"received","kind":"text","cursor":")" + text.cursor + "\"}"));
}

TEST_CASE_METHOD(Fixture, "contents: answers name what they answer, with the public address", "[store]") {
    AddMessage answer = text_from(bob, "T2", "yes");
    answer.extras.emplace();
    answer.extras->quote = QuoteInfo{"T1", ada_lid, "coming?"};
    answer.extras->mentions = {ada_lid.lid, "100000000000777@lid"};
    answer.extras->mentions_me = true;
    answer.extras->forwarded = true;
    answer.extras->forwarding_score = 6;
    answer.extras->view_once = true;
    answer.extras->parent = "ALBUM";
    answer.extras->details = R"({"location":{"latitude":1.5,"longitude":2}})";
    LearnName name{ada_both, "Ada", "push"};
    apply({LearnMapping{ada_both}, name, answer});
    const auto message = value_of(store->message("T2", bob.jid));
    REQUIRE(message.quoted);
    CHECK(*message.quoted == contract::Quote{"T1", ada.jid, "Ada", "coming?"});
    CHECK(message.mentions == Strings{ada.jid, "100000000000777@lid"});
    CHECK(message.mentions_me);
    CHECK(message.is_forwarded);
    CHECK(message.forwarding_score == 6);
    CHECK(message.is_view_once);
    CHECK(message.parent_id == "ALBUM");
    CHECK(message.kind == "text");
    const auto event = newest(*this);
    CHECK(event.root()["quoted"]["sender_name"].string() == "Ada");
    CHECK(event.root()["location"]["latitude"].number() == 1.5);
    CHECK(event.root()["mentions"].size() == 2);
}

TEST_CASE_METHOD(Fixture, "contents: a poll is shown with its options and no votes yet", "[store]") {
    AddMessage message = text_from(ada, "Q1", "Lunch?\n- Soup\n- Salad");
    message.media_type = "poll";
    message.extras.emplace();
    message.extras->kind = "poll";
    message.extras->poll = PollInfo{"Lunch?", {{"Soup", filled(32, 1)}, {"Salad", filled(32, 2)}}, 1, false, {}, at(5)};
    apply({message});
    const auto stored = value_of(store->message("Q1", ada.jid));
    REQUIRE(stored.poll);
    CHECK(stored.poll->name == "Lunch?");
    REQUIRE(stored.poll->options.size() == 2);
    CHECK(stored.poll->options[1].name == "Salad");
    CHECK(stored.poll->options[1].votes == 0);
    CHECK(stored.poll->selectable == 1);
    CHECK(stored.poll->ends_at == at(5));
}

TEST_CASE_METHOD(Fixture, "contents: a stub that is completed gets its contents", "[store]") {
    AddMessage stub = text_from(ada, "P1", "");
    stub.status = "undecryptable";
    apply({stub});
    const auto before = store->newest_seq();
    CHECK(apply({picture_from(ada, "P1")}) == 0);
    CHECK(event_types(before) == Strings{"message_update"});
    CHECK(newest(*this).root()["media"]["size"].integer() == 12'345);
    CHECK(value_of(store->media("P1", "")) == picture());
    CHECK(apply({picture_from(ada, "P1")}) == 0);
    CHECK(event_types(before).size() == 1);
}

TEST_CASE_METHOD(Fixture, "contents: a message stored twice keeps its contents when the chats merge", "[store]") {
    AddMessage stub = text_from(ada, "P1", "");
    stub.status = "undecryptable";
    apply({stub, picture_from(ada_lid, "P1"), picture_from(ada_lid, "P2", 1'700'000'005)});
    apply({LearnMapping{ada_both}});
    const auto messages = value_of(store->messages(ada.jid, 10, 0, ""));
    REQUIRE(messages.size() == 2);
    for (const auto& message : messages) CHECK(message.media);
    CHECK(value_of(store->media_of(ada.jid, 10, "")).size() == 2);
}

TEST_CASE_METHOD(Fixture, "contents: files of a chat are listed newest first, and gone on with", "[store]") {
    apply(
        {picture_from(ada, "P1", 100),
         text_from(ada, "T1", "x", 150),
         picture_from(ada, "P2", 200),
         picture_from(bob, "B1", 250),
         picture_from(ada, "P3", 200)}
    );
    const auto first = value_of(store->media_of(ada.jid, 2, ""));
    REQUIRE(first.size() == 2);
    CHECK(first[0].id == "P3");
    CHECK(first[1].id == "P2");
    const auto rest = value_of(store->media_of(ada.jid, 2, first[1].cursor));
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].id == "P1");
    CHECK(run(store->media_of("nobody@s.whatsapp.net", 2, "")).error() == Errc::chat_not_found);
    CHECK(run(store->media("T1", ada.jid)).error() == Errc::media_not_found);
    CHECK(run(store->media("none", ada.jid)).error() == Errc::message_not_found);
}

TEST_CASE_METHOD(Fixture, "contents: the state of the local copy is told once", "[store]") {
    apply({picture_from(ada, "P1")});
    const auto before = store->newest_seq();
    const UpdateMedia here{ada, "P1", MediaState::downloaded, "media/ab/x.jpg", "", "", {}};
    apply({here});
    apply({here});
    CHECK(event_types(before) == Strings{"message_update"});
    CHECK(newest(*this).root()["media"]["state"].string() == "downloaded");
    CHECK(value_of(store->media("P1", "")).path == "media/ab/x.jpg");
    apply({UpdateMedia{ada, "P1", MediaState::remote, "", "/v/new", "https://mmg.example/new", {0x0a, 0x01}}});
    const auto media = value_of(store->media("P1", ""));
    CHECK(media.path.empty());
    CHECK(media.direct_path == "/v/new");
    CHECK(media.url == "https://mmg.example/new");
    CHECK(value_of(store->stored("P1", ada.jid)).content == common::Bytes{0x0a, 0x01});
    CHECK(value_of(store->dead_files(10)).empty());
    // Its message went while it was on the way: the copy is to be removed.
    apply({UpdateMedia{ada, "P9", MediaState::downloaded, "media/zz", "", "", {}}});
    CHECK(value_of(store->dead_files(10)) == Strings{"media/zz"});
    // A copy that another message has, too, stays.
    apply({UpdateMedia{ada, "P1", MediaState::downloaded, "media/zz", "", "", {}}});
    CHECK(value_of(store->dead_files(10)).empty());
    apply({UpdateMedia{ada, "P1", MediaState::remote, "", "", "", {}}});
    CHECK(value_of(store->dead_files(10)) == Strings{"media/zz"});
    apply({ForgetFiles{{"media/zz"}}});
    CHECK(value_of(store->dead_files(10)).empty());
}

TEST_CASE_METHOD(Fixture, "contents: whatever a peer makes of it, the message is stored", "[store]") {
    AddMessage message = picture_from(ada, "P1");
    Extras& extras = *message.extras;
    extras.media->thumbnail = filled(2'000'000, 1);
    extras.media->media_key = filled(1000, 1);
    extras.media->file_length = -1;
    extras.media->file_name = std::string(5000, 'x') + "\xFF";
    extras.details = std::string(1'000'000, '{');
    extras.quote = QuoteInfo{"", {}, "\xFF\xFE"};
    extras.mentions.assign(5000, "\xFF");
    extras.poll = PollInfo{std::string(100'000, 'q'), {{"short hash", filled(3, 1)}}, -5, true, -1, {}};
    CHECK(apply({message}) == 1);
    const auto stored = value_of(store->message("P1", ""));
    REQUIRE(stored.media);
    CHECK_FALSE(stored.media->has_thumbnail);
    CHECK(stored.media->size == 0);
    CHECK(stored.poll->options.empty());
    CHECK_FALSE(stored.quoted);
    for (const auto& event : events()) CHECK(common::json::Document::parse(event.data));
    extras.details = "not JSON";
    message.id = "P2";
    CHECK(apply({message}) == 1);
    for (const auto& event : events()) CHECK(common::json::Document::parse(event.data));
}

TEST_CASE_METHOD(Fixture, "contents: a database of before is upgraded without loss", "[store]") {
    apply({picture_from(ada, "P1"), text_from(ada, "T1", "plain"), text_to(ada, "S1", "mine")});
    store.reset();
    {
        auto database = common::sqlite::Database::open(folder.file("messages.db"), {});
        REQUIRE(database);
        std::string script = "DROP INDEX message_media; DROP INDEX media_path;";
        for (const char* table :
             {"dead_file",
              "message_extra",
              "reaction",
              "message_version",
              "poll",
              "poll_option",
              "vote",
              "answer",
              "waiting",
              "dropped",
              "group_info",
              "group_member"}) {
            script += std::string{"DROP TABLE "} + table + ";";
        }
        for (const char* column :
             {"mime_type",
              "direct_path",
              "key_time",
              "width",
              "height",
              "seconds",
              "pages",
              "animated",
              "state",
              "path",
              "waveform",
              "thumbnail"}) {
            script += std::string{"ALTER TABLE media DROP COLUMN "} + column + ";";
        }
        script +=
            "ALTER TABLE chat DROP COLUMN ephemeral; ALTER TABLE chat DROP COLUMN ephemeral_set;"
            "PRAGMA user_version = 1;";
        const auto done = database->execute(script);
        INFO((done ? std::string{} : done.error().message()));
        REQUIRE(done);
    }
    store = open();
    const auto messages = value_of(store->messages(ada.jid, 10, 0, ""));
    REQUIRE(messages.size() == 3);
    CHECK(value_of(store->message("T1", "")).kind == "text");
    const auto image = value_of(store->message("P1", ""));
    CHECK(image.kind == "image");
    CHECK(value_of(store->media("P1", "")).media_key == filled(32, 1));
    CHECK(value_of(store->media_of(ada.jid, 10, "")).size() == 1);
    CHECK(apply({picture_from(ada, "P2")}) == 1);
    CHECK(value_of(store->media_of(ada.jid, 10, "")).size() == 2);
}

}  // namespace
}  // namespace bridge::store
