// Files for sends to come.
#include "tests/bridge/api/fixture.hpp"

#include <fstream>
#include <iterator>

namespace tests::api {
namespace {

struct Uploads : Fixture {
    std::string kept(const http::Response& response) {
        INFO(response.body);
        REQUIRE(response.status == 201);
        const auto answer = json_of(response);
        std::ifstream file{media.folder + '/' + answer.root()["upload"].string_or("")};
        std::string content{std::istreambuf_iterator<char>{file}, {}};
        CHECK(answer.root()["size"].integer() == static_cast<std::int64_t>(content.size()));
        return answer.root()["file_name"].string_or("") + ": " + content;
    }
    /// How many files the folder holds.
    std::ptrdiff_t files() const {
        return std::distance(std::filesystem::directory_iterator{media.folder}, std::filesystem::directory_iterator{});
    }
};

const std::vector<std::pair<std::string, std::string>> form{{"Content-Type", "multipart/form-data; boundary=XX"}};

std::string part(const std::string& disposition, const std::string& content) {
    return "--XX\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
}

}  // namespace

TEST_CASE("a raw body is kept under its name", "[api]") {
    Uploads api;
    CHECK(api.kept(api.upload("/api/uploads?name=a%20b.txt", {"one", "two"})) == "a b.txt: onetwo");
    CHECK(
        api.kept(api.upload(
            "/api/uploads", {"x"}, {{"Content-Disposition", "attachment; filename*=UTF-8''gr%C3%BC%C3%9Fe.txt"}}
        )) == "grüße.txt: x"
    );
    CHECK(api.kept(api.upload("/api/uploads", {"x"})) == "file: x");
    CHECK(api.kept(api.upload("/api/uploads?name=../../evil", {"x"})) == "evil: x");
    CHECK(api.files() == 4);
}

TEST_CASE("a form's file is kept, its other parts are not", "[api]") {
    Uploads api;
    const std::string body =
        part(R"(name="note")", "hello") + part(R"(name="file"; filename="p.jpg")", "picture") + "--XX--";
    std::vector<std::string> bytes;
    for (const char c : body) bytes.emplace_back(1, c);
    CHECK(api.kept(api.upload("/api/uploads", {body}, form)) == "p.jpg: picture");
    CHECK(api.kept(api.upload("/api/uploads", bytes, form)) == "p.jpg: picture");
    CHECK(api.kept(api.upload("/api/uploads?name=other.jpg", {body}, form)) == "other.jpg: picture");
    CHECK(api.files() == 3);
}

TEST_CASE("a form that does not hold one file is refused, and nothing stays", "[api]") {
    Uploads api;
    const auto why = [&](const std::string& body, unsigned status) {
        const auto response = api.upload("/api/uploads", {body}, form);
        CHECK(response.status == status);
        return detail_of(response);
    };
    const std::string file = part(R"(name="file"; filename="p.jpg")", "picture");
    CHECK(why(part(R"(name="note")", "hello") + "--XX--", 422) == "file: the form must have a part of this name");
    CHECK(why(file + file + "--XX--", 422) == "file: must be one file");
    CHECK(why(part(R"(name="file"; filename="p.jpg")", "") + "--XX--", 422) == "file: must not be empty");
    CHECK(why(file, 400) == "The form ends before its last boundary.");
    CHECK(why("--XX?\r\n", 400) == "The form cannot be read.");
    CHECK(detail_of(api.upload("/api/uploads", {}, {})) == "file: must not be empty");
    CHECK(api.files() == 0);
    CHECK(api.media.kept == 0);
}

TEST_CASE("an upload that breaks off leaves nothing behind", "[api]") {
    Uploads api;
    FakeBody body{{"one", "two"}};
    body.fail_at = 1;
    CHECK(api.upload("/api/uploads?name=a", body).status == 503);
    CHECK(api.files() == 0);
}

TEST_CASE("an upload that the disk does not take is our failure", "[api]") {
    Uploads api;
    api.media.folder = api.folder.file("missing");
    CHECK(api.upload("/api/uploads?name=a", {"x"}).status == 500);
}

}  // namespace tests::api
