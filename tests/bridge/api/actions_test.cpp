#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

struct Acting : Fixture {
    /// Acts on message M1 of Maya's chat.
    template <class Action>
    const Action& acted(const std::string& verb, const std::string& fields = "") {
        const auto response =
            post("/api/messages/M1/" + verb, R"({"chat_jid":"15550001111@s.whatsapp.net")" + fields + "}");
        INFO(verb << fields << "\n" << response.body);
        REQUIRE(response.status == 200);
        CHECK(json_of(response).root()["message_id"].string_or("") == "3EB0A1");
        CHECK(sender.actions.back().target.message_id == "M1");
        CHECK(sender.actions.back().target.chat_jid == "15550001111@s.whatsapp.net");
        REQUIRE(std::holds_alternative<Action>(sender.actions.back().action));
        return std::get<Action>(sender.actions.back().action);
    }
    std::string refused(const std::string& verb, const std::string& body) {
        const auto before = sender.actions.size();
        const auto response = post("/api/messages/M1/" + verb, body);
        INFO(verb << body << "\n" << response.body);
        CHECK(response.status == 422);
        CHECK(sender.actions.size() == before);
        return detail_of(response);
    }
};

}  // namespace

TEST_CASE("a message is reacted to, edited and revoked", "[api]") {
    Acting api;
    CHECK(api.acted<api::React>("react", R"(,"emoji":"👍")").emoji == "👍");
    CHECK(api.acted<api::React>("react", R"(,"emoji":"")").emoji.empty());
    CHECK(api.acted<api::EditText>("edit", R"(,"text":"better")").text == "better");
    CHECK(api.acted<api::EditText>("edit", R"(,"new_text":"best")").text == "best");
    api.acted<api::RevokeForAll>("revoke");
    CHECK(api.refused("react", "{}") == "emoji: is needed; an empty one takes the reaction back");
    CHECK(api.refused("edit", R"({"text":" "})") == "text: must not be empty");
    CHECK(api.refused("revoke", R"({"chat_jid":"x"})") == "chat_jid: must be a JID or a phone number");
    CHECK(api.refused("revoke", R"({"everyone":true})") == "everyone: is not a field of this request");
}

TEST_CASE("a message is pinned, kept and passed on", "[api]") {
    Acting api;
    CHECK(api.acted<api::PinFor>("pin").duration == std::chrono::hours{7 * 24});
    CHECK(api.acted<api::PinFor>("pin", R"(,"seconds":86400)").duration == std::chrono::hours{24});
    CHECK(api.acted<api::PinFor>("pin", R"(,"seconds":0)").duration == std::chrono::seconds{0});
    CHECK(api.acted<api::KeepIt>("keep").keep);
    CHECK_FALSE(api.acted<api::KeepIt>("keep", R"(,"keep":false)").keep);
    CHECK(api.acted<api::ForwardTo>("forward", R"(,"to":"15550002222")").recipient == "15550002222@s.whatsapp.net");
    CHECK(api.acted<api::ForwardTo>("forward", R"(,"to_chat_jid":"1-2@g.us")").recipient == "1-2@g.us");
    CHECK(api.refused("pin", R"({"seconds":60})") == "seconds: must be 86400, 604800 or 2592000, or 0 to unpin");
    CHECK(api.refused("keep", R"({"keep":1})") == "keep: must be true or false");
    CHECK(api.refused("forward", "{}") == "to: must be a JID or a phone number");
}

TEST_CASE("polls and events are answered", "[api]") {
    Acting api;
    using Answer = api::AnswerEvent::Answer;
    CHECK(
        api.acted<api::Vote>("vote", R"(,"options":["Soup","Rice"])").options ==
        std::vector<std::string>{"Soup", "Rice"}
    );
    CHECK(api.acted<api::Vote>("vote", R"(,"options":[])").options.empty());
    CHECK(api.acted<api::AnswerEvent>("respond", R"(,"answer":"not_going")").answer == Answer::not_going);
    const auto& maybe = api.acted<api::AnswerEvent>("respond", R"(,"answer":"maybe","extra_guests":2)");
    CHECK(maybe.answer == Answer::maybe);
    CHECK(maybe.extra_guests == 2);
    CHECK(api.refused("vote", "{}") == "options: must be a list; an empty one takes the vote back");
    CHECK(api.refused("respond", "{}") == "answer: must be one of going, not_going, maybe");
    CHECK(api.refused("respond", R"({"answer":"yes"})") == "answer: must be one of going, not_going, maybe");
    CHECK(
        api.refused("respond", R"({"answer":"going","extra_guests":100})") ==
        "extra_guests: must be a whole number from 0 to 99"
    );
}

TEST_CASE("an action has the options of a send, and its chat may be left out", "[api]") {
    Fixture fixture;
    const std::string body = R"({"emoji":"👍","id":"MY-1","wait":"sent"})";
    CHECK(fixture.post("/api/messages/M1/react", body, {{"Idempotency-Key", "k1"}}).status == 200);
    const auto& request = fixture.sender.actions.at(0);
    CHECK(request.target.chat_jid.empty());
    CHECK(request.options.message_id == "MY-1");
    CHECK(request.options.idempotency_key == "k1");
    CHECK(request.options.wait == std::chrono::seconds{25});
}

TEST_CASE("actions with the message in the body do the same", "[api]") {
    Fixture fixture;
    const std::string target = R"({"message_id":"M7","chat_jid":"15550001111")";
    CHECK(fixture.post("/api/messages/react", target + R"(,"emoji":"🎉"})").status == 200);
    CHECK(fixture.post("/api/messages/edit", target + R"(,"new_text":"better"})").status == 200);
    CHECK(fixture.post("/api/messages/revoke", target + "}").status == 200);
    CHECK(fixture.post("/api/messages/forward", target + R"(,"to_chat_jid":"15550002222"})").status == 200);
    REQUIRE(fixture.sender.actions.size() == 4);
    for (const auto& action : fixture.sender.actions) {
        CHECK(action.target.message_id == "M7");
        CHECK(action.target.chat_jid == "15550001111@s.whatsapp.net");
    }
    const auto missing = fixture.post("/api/messages/react", R"({"emoji":"🎉"})");
    CHECK(missing.status == 422);
    CHECK(detail_of(missing) == "message_id: must not be empty");
}

TEST_CASE("what the sender refuses of an action comes back with status and reason", "[api]") {
    Fixture fixture;
    fixture.sender.answer = common::Error{store::Errc::message_not_found};
    CHECK(fixture.post("/api/messages/M1/react", R"({"emoji":"👍"})").status == 404);
    fixture.sender.answer = common::Error{common::Errc::unavailable};
    const auto away = fixture.post("/api/messages/M1/revoke", "{}");
    CHECK(away.status == 503);
    CHECK(away.headers.find("Retry-After").has_value());
}

}  // namespace tests::api
