// The files of messages, handed out.
#include "tests/bridge/api/fixture.hpp"

#include <fstream>

namespace tests::api {
namespace {

const std::string content = "0123456789";

/// A message with a file that is there.
struct WithFile : Fixture {
    WithFile() {
        auto message = text_from(maya, "M1", "Look", 1'760'000'000);
        message.media_type = "image";
        apply({message, text_from(maya, "M2", "hi", 1'760'000'001)});
        const std::string path = folder.file("abcdef.jpg");
        std::ofstream{path} << content;
        media.answer = api::MediaFile{path, "image/jpeg", "the view.jpg", content.size()};
    }
    http::Response file(std::vector<std::pair<std::string, std::string>> headers = {}) {
        return get("/api/messages/M1/media?chat_jid=15550001111", std::move(headers));
    }
    http::Response download(const std::string& id) {
        return post("/api/download", R"({"message_id":")" + id + R"(","chat_jid":"15550001111@s.whatsapp.net"})");
    }
};

std::string header(const http::Response& response, std::string_view name) {
    return std::string{response.headers.find(name).value_or("")};
}

}  // namespace

TEST_CASE("a message's file comes whole, under its name, and as nothing else", "[api]") {
    WithFile api;
    const auto response = api.file();
    CHECK(response.status == 200);
    CHECK(response.content_type == "image/jpeg");
    CHECK(api.content_of(response) == content);
    CHECK(header(response, "Content-Disposition") == R"(attachment; filename="the view.jpg")");
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    CHECK(header(response, "Accept-Ranges") == "bytes");
    CHECK(header(response, "Content-Security-Policy").find("sandbox") != std::string::npos);
    CHECK(api.media.asked.back() == "15550001111@s.whatsapp.net M1");
    CHECK(api.get("/api/messages/M1/media").status == 200);
    CHECK(api.media.asked.back() == " M1");
}

TEST_CASE("ranges of a file are answered as HTTP has it", "[api]") {
    WithFile api;
    const auto part = api.file({{"Range", "bytes=2-4"}});
    CHECK(part.status == 206);
    CHECK(header(part, "Content-Range") == "bytes 2-4/10");
    CHECK(api.content_of(part) == "234");
    const auto past = api.file({{"Range", "bytes=10-"}});
    CHECK(past.status == 416);
    CHECK(header(past, "Content-Range") == "bytes */10");
    const std::string etag = header(part, "ETag");
    CHECK(api.file({{"Range", "bytes=2-4"}, {"If-Range", etag}}).status == 206);
    const auto changed = api.file({{"Range", "bytes=2-4"}, {"If-Range", "\"other\""}});
    CHECK(changed.status == 200);
    CHECK(api.content_of(changed) == content);
}

TEST_CASE("a file that the client has is not sent again", "[api]") {
    WithFile api;
    const std::string etag = header(api.file(), "ETag");
    CHECK(etag.size() == 34);
    for (const auto& known : {etag, "\"x\", " + etag, "W/" + etag, std::string{"*"}}) {
        const auto response = api.file({{"If-None-Match", known}});
        CHECK(response.status == 304);
        CHECK(header(response, "ETag") == etag);
        CHECK_FALSE(response.source);
    }
    CHECK(api.file({{"If-None-Match", "\"x\""}}).status == 200);
    api.media.answer->path = api.folder.file("other.jpg");
    std::ofstream{api.media.answer->path} << content;
    CHECK(header(api.file(), "ETag") != etag);
}

TEST_CASE("what a stranger wrote cannot break out of the headers", "[api]") {
    WithFile api;
    api.media.answer->file_name = "../a\"\r\nSet-Cookie: x=1\r\n.html";
    api.media.answer->mime_type = "text/html\r\nX-Evil: 1";
    const auto response = api.file();
    CHECK(response.content_type == "application/octet-stream");
    for (const auto& [name, value] : response.headers.all()) CHECK(value.find_first_of("\r\n") == std::string::npos);
    CHECK(header(response, "Content-Disposition").starts_with("attachment"));
    api.media.answer->file_name = "";
    CHECK(header(api.file(), "Content-Disposition") == R"(attachment; filename="M1.jpg")");
}

TEST_CASE("a file that cannot be had says why", "[api]") {
    WithFile api;
    api.media.answer = store::Errc::media_not_found;
    CHECK(api.file().status == 404);
    api.media.answer = common::Error{common::Errc::unavailable};
    CHECK(api.file().status == 503);
    api.media.answer = api::MediaFile{api.folder.file("gone.jpg"), "image/jpeg", "", 3};
    CHECK(api.file().status == 404);
}

TEST_CASE("the family's download answers where the file is", "[api]") {
    WithFile api;
    const auto response = api.download("M1");
    REQUIRE(response.status == 200);
    const auto answer = json_of(response);
    CHECK(answer.root()["success"].boolean() == true);
    CHECK(answer.root()["message"].string() == "Successfully downloaded image media");
    CHECK(answer.root()["filename"].string() == "the view.jpg");
    const std::string path = answer.root()["path"].string_or("");
    CHECK(path == api.media.answer->path);
    CHECK(std::filesystem::path{path}.is_absolute());

    api.media.answer = store::Errc::media_not_found;
    CHECK(api.download("M2").status == 404);
    api.media.answer = common::Error{common::Errc::unavailable};
    const auto away = api.download("M1");
    CHECK(away.status == 503);
    CHECK(json_of(away).root()["success"].boolean() == false);
}

}  // namespace tests::api
