#include "common/http/disposition.hpp"

#include <catch2/catch.hpp>

namespace http = common::http;

TEST_CASE("dispositions: type, name and file name are read", "[http]") {
    const auto part = http::parse_disposition(R"(form-data; name="file"; filename="a b.txt")");
    CHECK(part.type == "form-data");
    CHECK(part.name == "file");
    CHECK(part.file_name == "a b.txt");
    const auto bare = http::parse_disposition("Attachment;FileName=photo.jpg ; x=1");
    CHECK(bare.type == "attachment");
    CHECK(bare.file_name == "photo.jpg");
    CHECK_FALSE(bare.name);
}

TEST_CASE("dispositions: the extended file name wins, wherever it stands", "[http]") {
    CHECK(
        http::parse_disposition("attachment; filename*=UTF-8''na%C3%AFve.txt; filename=naive.txt").file_name ==
        "naïve.txt"
    );
    CHECK(
        http::parse_disposition("attachment; filename=naive.txt; filename*=utf-8'fr'na%C3%AFve.txt").file_name ==
        "naïve.txt"
    );
    CHECK(http::parse_disposition("attachment; filename=a.txt; filename*=koi8-r''%C1").file_name == "a.txt");
    CHECK_FALSE(http::parse_disposition("attachment; filename*=x").file_name);
}

TEST_CASE("dispositions: quotes and backslashes are read as browsers write them", "[http]") {
    CHECK(http::parse_disposition(R"(form-data; filename="a \"b\" c.txt")").file_name == "a \"b\" c.txt");
    CHECK(http::parse_disposition(R"(form-data; filename="C:\dir\a.txt")").file_name == R"(C:\dir\a.txt)");
    CHECK(http::parse_disposition(R"(form-data; filename="a;b=c.txt"; name=x)").name == "x");
    CHECK_FALSE(http::parse_disposition(R"(form-data; filename="never ends)").file_name);
    CHECK(http::parse_disposition("").type.empty());
}

TEST_CASE("file names: only the last part of a path stays, without what could hurt", "[http]") {
    CHECK(http::safe_file_name("../../etc/passwd") == "passwd");
    CHECK(http::safe_file_name(R"(C:\users\a b.txt)") == "a b.txt");
    CHECK(http::safe_file_name("a\r\nb\x7F.txt") == "ab.txt");
    CHECK(
        http::safe_file_name("gr\xC3\xBC\xC3\x9F"
                             "e\xFF.txt") == "grüße.txt"
    );
    for (const auto* nothing : {"", ".", "..", "a/", "/..", "  "}) CHECK(http::safe_file_name(nothing).empty());
    const std::string umlauts = [] {
        std::string text;
        for (int i = 0; i < 150; ++i) text += "ü";
        return text;
    }();
    CHECK(http::safe_file_name(umlauts).size() == 200);
    CHECK(http::safe_file_name("x" + umlauts).size() == 199);  // no half characters
}

TEST_CASE("attachments: any name fits into the header, and can be read back", "[http]") {
    CHECK(http::attachment("") == "attachment");
    CHECK(http::attachment("a b.txt") == R"(attachment; filename="a b.txt")");
    CHECK(http::attachment("grüße.txt") == R"(attachment; filename="gr__e.txt"; filename*=UTF-8''gr%C3%BC%C3%9Fe.txt)");
    for (const auto* name : {"a\"b.txt", "100%25.txt", "a\\b", "日本.png", "x;y=z"}) {
        const auto header = http::attachment(name);
        CHECK(header.find_first_of("\r\n") == std::string::npos);
        CHECK(http::parse_disposition(header).file_name == name);
    }
}

TEST_CASE("media types of strangers are passed on when they are some", "[http]") {
    CHECK(http::safe_content_type("image/png") == "image/png");
    CHECK(http::safe_content_type("audio/ogg; codecs=opus") == "audio/ogg; codecs=opus");
    for (const auto* bad : {"", "image", "image/", "/png", "image/png\r\nX: y", "image/p ng", "ima\xC3\xA4ge/png"}) {
        CHECK(http::safe_content_type(bad) == "application/octet-stream");
    }
    CHECK(http::safe_content_type("image/png; x=" + std::string(200, 'a')) == "application/octet-stream");
}
