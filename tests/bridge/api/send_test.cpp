#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

enum class Fault { bad_recipient = 1, nobody, used_id, unlinked };
common::ErrcInfo describe(Fault fault) {
    switch (fault) {
        case Fault::bad_recipient: return {common::Kind::invalid, "not a recipient"};
        case Fault::nobody: return {common::Kind::not_found, "not on WhatsApp"};
        case Fault::used_id: return {common::Kind::conflict, "id is used"};
        case Fault::unlinked: return {common::Kind::unavailable, "not linked"};
    }
    return {};
}

void check_failure(const http::Response& response, unsigned status, const std::string& text) {
    CHECK(response.status == status);
    const auto document = json_of(response);
    CHECK(document.root()["success"].boolean() == false);
    CHECK(document.root()["message"].string_or("") == text);
    CHECK(document.root()["detail"].string_or("") == text);
}

}  // namespace

TEST_CASE("a text is handed to the sender and answered as clients of the Go bridge expect", "[api]") {
    Fixture fixture;
    const auto response =
        fixture.post("/api/send", R"({"recipient":"+1 555 000 1111","message":"hi","media_path":""})");
    CHECK(response.status == 200);
    const auto document = json_of(response);
    CHECK(document.root()["success"].boolean() == true);
    CHECK(document.root()["message"].string_or("") == "Message sent to +1 555 000 1111");
    CHECK(document.root()["message_id"].string_or("") == "3EB0A1");
    CHECK(document.root()["timestamp"].string_or("") == "2025-10-09T08:53:20Z");
    CHECK(document.root()["status"].string_or("") == "sent");
    CHECK(document.root()["chat_jid"].string_or("") == "15550001111@s.whatsapp.net");
    REQUIRE(fixture.sender.requests.size() == 1);
    CHECK(fixture.sender.requests[0].recipient == "+1 555 000 1111");
    CHECK(fixture.sender.text() == "hi");
    CHECK(fixture.sender.requests[0].options.wait == std::chrono::milliseconds{0});
}

TEST_CASE("a send that is only queued does not say sent", "[api]") {
    Fixture fixture;
    fixture.sender.answer = FakeSender::result_of("queued");
    const auto response = fixture.post("/api/send", R"({"recipient":"15550001111","message":"hi"})");
    CHECK(json_of(response).root()["message"].string_or("") == "Message queued for 15550001111");
    CHECK(json_of(response).root()["status"].string_or("") == "queued");
}

TEST_CASE("a send that failed while the caller waited is a failure with an id", "[api]") {
    Fixture fixture;
    fixture.sender.answer = FakeSender::result_of("failed");
    const auto response = fixture.post("/api/send", R"({"recipient":"15550001111","message":"hi","wait":"sent"})");
    check_failure(response, 503, "WhatsApp did not take the message.");
    CHECK(json_of(response).root()["message_id"].string_or("") == "3EB0A1");
    CHECK(json_of(response).root()["status"].string_or("") == "failed");
}

TEST_CASE("id, wait and idempotency key reach the sender", "[api]") {
    Fixture fixture;
    fixture.post(
        "/api/send",
        R"({"recipient":"15550001111","message":"hi","id":"MY-1","wait":"sent"})",
        {{"Idempotency-Key", "k1"}}
    );
    fixture.post("/api/send", R"({"recipient":"15550001111","message":"hi","wait":1500})");
    REQUIRE(fixture.sender.requests.size() == 2);
    CHECK(fixture.sender.requests[0].options.message_id == "MY-1");
    CHECK(fixture.sender.requests[0].options.idempotency_key == "k1");
    CHECK(fixture.sender.requests[0].options.wait == std::chrono::seconds{25});
    CHECK(fixture.sender.requests[1].options.wait == std::chrono::milliseconds{1500});
    CHECK(fixture.sender.requests[1].options.idempotency_key.empty());
}

TEST_CASE("a send that cannot be is refused before anybody is asked", "[api]") {
    Fixture fixture;
    check_failure(fixture.post("/api/send", "{\"recipient\":"), 400, "The body is not valid JSON.");
    check_failure(fixture.post("/api/send", "[]"), 400, "body: must be a JSON object");
    check_failure(fixture.post("/api/send", R"({"message":"hi"})"), 400, "Recipient is required");
    check_failure(fixture.post("/api/send", R"({"recipient":" ","message":"hi"})"), 400, "Recipient is required");
    check_failure(fixture.post("/api/send", R"({"recipient":5,"message":"hi"})"), 400, "recipient: must be text");
    check_failure(fixture.post("/api/send", R"({"recipient":"1555","message":["hi"]})"), 400, "message: must be text");
    check_failure(fixture.post("/api/send", R"({"recipient":"15550001111"})"), 400, "Message text cannot be empty");
    check_failure(
        fixture.post("/api/send", R"({"recipient":"15550001111","message":" \n"})"), 400, "Message text cannot be empty"
    );
    const std::string wait = "wait: must be \"sent\" or milliseconds up to 25000";
    for (const char* value : {"-1", "25001", "true", "\"later\"", "1.5", "{}"}) {
        INFO(value);
        const std::string body = R"({"recipient":"15550001111","message":"hi","wait":)" + std::string{value} + "}";
        check_failure(fixture.post("/api/send", body), 400, wait);
    }
    CHECK(fixture.post("/api/send", R"({"recipient":"1","message":"hi","id":"a b"})").status == 400);
    CHECK(
        fixture.post("/api/send", R"({"recipient":"1","message":"hi","id":")" + std::string(65, 'A') + "\"}").status ==
        400
    );
    const std::string good = R"({"recipient":"15550001111","message":"hi"})";
    CHECK(fixture.post("/api/send", good, {{"Idempotency-Key", ""}}).status == 400);
    CHECK(fixture.post("/api/send", good, {{"Idempotency-Key", std::string(256, 'k')}}).status == 400);
    CHECK(fixture.sender.requests.empty());
}

TEST_CASE("what the sender refuses comes back with its status and reason", "[api]") {
    Fixture fixture;
    const std::string good = R"({"recipient":"15550001111","message":"hi"})";
    fixture.sender.answer = common::Error{Fault::bad_recipient};
    check_failure(fixture.post("/api/send", good), 400, "not a recipient");
    fixture.sender.answer = common::Error{Fault::nobody};
    check_failure(fixture.post("/api/send", good), 404, "not on WhatsApp");
    fixture.sender.answer = common::Error{Fault::used_id};
    check_failure(fixture.post("/api/send", good), 409, "id is used");
    fixture.sender.answer = common::Error{Fault::unlinked};
    const auto unlinked = fixture.post("/api/send", good);
    check_failure(unlinked, 503, "not linked");
    CHECK(unlinked.headers.find("Retry-After").has_value());
    fixture.sender.answer = common::Error{common::Errc::internal, "inner detail"};
    check_failure(fixture.post("/api/send", good), 500, "The bridge could not do this.");
}

TEST_CASE("a download says that there is no media", "[api]") {
    Fixture fixture;
    fixture.apply({Fixture::text_from(maya, "M1", "hello", 1'760'000'000)});
    check_failure(fixture.post("/api/download", "{}"), 400, "Message ID and Chat JID are required");
    check_failure(fixture.post("/api/download", "x"), 400, "Message ID and Chat JID are required");
    check_failure(
        fixture.post("/api/download", R"({"message_id":"M2","chat_jid":"15550001111@s.whatsapp.net"})"),
        404,
        "There is no such message."
    );
    check_failure(
        fixture.post("/api/download", R"({"message_id":"M1","chat_jid":"15550001111@s.whatsapp.net"})"),
        404,
        "This message has no media that can be downloaded."
    );
}

}  // namespace tests::api
