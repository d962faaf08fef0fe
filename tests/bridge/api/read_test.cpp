#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

const store::Party team{"120363000000000001@g.us", ""};

/// Maya wrote twice in her chat; she and Omar wrote in a group.
struct Unread : Fixture {
    Unread() {
        apply({counted(maya, maya, "M1", 1), counted(maya, maya, "M2", 2)});
        apply({counted(team, maya, "G1", 3), counted(team, omar, "G2", 4), counted(team, maya, "G3", 5)});
    }
    static store::AddMessage counted(
        const store::Party& chat, const store::Party& from, std::string id, std::int64_t later
    ) {
        auto message = text_from(from, std::move(id), "text", 1'760'000'000 + later);
        message.chat = chat;
        message.is_group = chat == team;
        message.count_unread = true;
        return message;
    }
    std::int64_t unread(const store::Party& chat) {
        return json_of(get("/api/chats/" + chat.jid)).root()["unread_count"].integer_or(-1);
    }
    void check_receipt(std::size_t at, std::string chat, std::string from, std::vector<std::string> ids) {
        REQUIRE(sender.reads.size() > at);
        CHECK(sender.reads[at].chat == chat);
        CHECK(sender.reads[at].sender == from);
        CHECK(sender.reads[at].ids == ids);
    }
};

}  // namespace

TEST_CASE("a chat is read as a whole: one receipt for each sender, and a chat event", "[api]") {
    Unread unread;
    const auto before = unread.messages->newest_seq();
    for (const char* body : {"", "{}", R"({"message_ids":[],"sender":null})"}) {
        INFO(body);
        const auto answer = unread.post("/api/chats/" + maya.lid + "/read", body);
        REQUIRE(answer.status == 200);
        CHECK(json_of(answer).root()["chat_jid"].string_or("") == maya.jid);
        CHECK(json_of(answer).root()["unread_count"].integer_or(-1) == 0);
    }
    REQUIRE(unread.sender.reads.size() == 1);
    unread.check_receipt(0, maya.jid, "", {"M2", "M1"});
    const auto events = unread.run(unread.messages->events_after(before, 10));
    REQUIRE(events->size() == 1);
    CHECK(events->front().type == "chat");

    const auto group = unread.post("/api/chats/" + team.jid + "/read", "{}");
    CHECK(json_of(group).root()["count"].integer_or(-1) == 3);
    unread.check_receipt(1, team.jid, maya.jid, {"G3", "G1"});
    unread.check_receipt(2, team.jid, omar.jid, {"G2"});
    CHECK(unread.unread(team) == 0);
}

TEST_CASE("named messages are read, and what is older with them", "[api]") {
    Unread unread;
    const auto answer = unread.post("/api/chats/" + team.jid + "/read", R"({"message_ids":["G2"]})");
    CHECK(json_of(answer).root()["count"].integer_or(-1) == 1);
    CHECK(json_of(answer).root()["unread_count"].integer_or(-1) == 1);
    unread.check_receipt(0, team.jid, omar.jid, {"G2"});
}

TEST_CASE("messages that the store does not know need a sender in groups only", "[api]") {
    Unread unread;
    CHECK(unread.post("/api/chats/" + maya.jid + "/read", R"({"message_ids":["OLD"]})").status == 200);
    unread.check_receipt(0, maya.jid, "", {"OLD"});
    CHECK(unread.unread(maya) == 2);
    const auto refused = unread.post("/api/chats/" + team.jid + "/read", R"({"message_ids":["OLD","G1"]})");
    CHECK(refused.status == 400);
    CHECK(detail_of(refused).starts_with("sender: "));
    CHECK(unread.sender.reads.size() == 1);
    CHECK(
        unread.post("/api/chats/" + team.jid + "/read", R"({"message_ids":["OLD"],"sender":"15550002222"})").status ==
        200
    );
    unread.check_receipt(1, team.jid, "15550002222", {"OLD"});
}

TEST_CASE("without a connection nothing is marked", "[api]") {
    Unread unread;
    unread.sender.read_answer = common::Error{common::Errc::unavailable, "offline"};
    const auto answer = unread.post("/api/chats/" + maya.jid + "/read", "{}");
    CHECK(answer.status == 503);
    CHECK(answer.headers.find("Retry-After"));
    CHECK(unread.unread(maya) == 2);
    const auto family = unread.post("/api/mark_read", R"({"chat_jid":"15550001111@s.whatsapp.net","message_ids":[]})");
    CHECK(family.status == 503);
    CHECK(json_of(family).root()["error_code"].string_or("") == "WHATSAPP_API_ERROR");
}

TEST_CASE("what cannot be marked is refused with the field's name", "[api]") {
    Unread unread;
    const auto path = "/api/chats/" + maya.jid + "/read";
    CHECK(unread.post("/api/chats/19990000000/read", "{}").status == 404);
    CHECK(unread.post(path, "[").status == 400);
    CHECK(unread.post(path, "[]").status == 422);
    for (const char* body :
         {R"({"message_ids":"M1"})",
          R"({"message_ids":[1]})",
          R"({"message_ids":[""]})",
          R"({"message_ids":{"a":1}})"}) {
        INFO(body);
        const auto answer = unread.post(path, body);
        CHECK(answer.status == 422);
        CHECK(detail_of(answer).starts_with("message_ids: "));
    }
    CHECK(unread.post(path, R"({"message_ids":[")" + std::string(257, 'A') + R"("]})").status == 422);
    std::string many = R"({"message_ids":["A")";
    for (int i = 0; i < 1000; ++i) many += R"(,"A")";
    CHECK(unread.post(path, many + "]}").status == 422);
    CHECK(unread.post(path, R"({"sender":5})").status == 422);
    CHECK(unread.sender.reads.empty());
}

TEST_CASE("POST /api/mark_read answers as the Go bridge does", "[api]") {
    Unread unread;
    const auto all = unread.post("/api/mark_read", R"({"chat_jid":"15550001111@s.whatsapp.net","message_ids":[]})");
    CHECK(all.status == 200);
    const auto document = json_of(all);
    CHECK(document.root()["success"].boolean_or(false));
    CHECK(document.root()["message"].string_or("") == "Marked 2 messages as read");
    CHECK(document.root()["count"].integer_or(-1) == 2);

    const auto code_of = [&](const char* body, unsigned status) {
        INFO(body);
        const auto answer = unread.post("/api/mark_read", body);
        CHECK(answer.status == status);
        CHECK_FALSE(json_of(answer).root()["success"].boolean_or(true));
        return json_of(answer).root()["error_code"].string_or("none");
    };
    CHECK(code_of(R"({"chat_jid":"somewhere"})", 400) == "INVALID_JID");
    CHECK(code_of(R"({"message_ids":[]})", 400) == "INVALID_JID");
    CHECK(code_of(R"({"chat_jid":"15550009999@s.whatsapp.net"})", 400) == "EMPTY_CHAT");
    CHECK(code_of(R"({"chat_jid":"15550001111","message_ids":7})", 400) == "none");
    CHECK(code_of("nonsense", 400) == "none");
    unread.messages->close();
    CHECK(code_of(R"({"chat_jid":"15550001111@s.whatsapp.net"})", 503) == "DATABASE_ERROR");
}

}  // namespace tests::api
