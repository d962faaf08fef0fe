#include "bridge/whatsapp/media/detail/urls.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace media = bridge::whatsapp::media;
using namespace media::detail;
using common::Bytes;
using media::Type;

TEST_CASE("media paths: only a path is a path", "[media]") {
    CHECK(is_direct_path("/v/t62.7118-24/1_n.enc?ccb=11-4&oh=00&oe=5F"));
    for (const auto path :
         {"",
          "/",
          "v/x",
          "//evil.example/x",
          "/\\evil.example",
          "https://evil.example/x",
          "@evil.example/",
          ".evil.example/x",
          ":80@evil.example/",
          "/a b",
          "/a\r\nX: y",
          "/a#b",
          "/caf\xC3\xA9"}) {
        INFO(path);
        CHECK_FALSE(is_direct_path(path));
    }
    CHECK_FALSE(is_direct_path("/" + std::string(5000, 'a')));
}

TEST_CASE("media paths: of a URL only path and query are used", "[media]") {
    media::Descriptor file;
    file.url = "https://evil.example/v/x?oh=1";
    CHECK(path_of(file).value() == "/v/x?oh=1");
    file.direct_path = "/v/y";
    CHECK(path_of(file).value() == "/v/y");
    file.direct_path = "x";
    CHECK(path_of(file).error() == media::Errc::bad_path);
    file.direct_path.clear();
    for (const auto url :
         {"", "http://mmg.whatsapp.net/v/x", "https://mmg.whatsapp.net", "https://mmg.whatsapp.net//x"}) {
        file.url = url;
        CHECK(path_of(file).error() == media::Errc::bad_path);
    }
}

TEST_CASE("media URLs: downloads name hash and type, behind the query that is there", "[media]") {
    media::Descriptor file;
    file.type = Type::voice_note;
    file.media_key = Bytes(32, 1);
    file.file_enc_sha256 = Bytes(32, 0xFB);
    const std::string hash = "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s=";
    CHECK(
        download_url("https://h.example", "/v/x?oh=1", file) ==
        "https://h.example/v/x?oh=1&hash=" + hash + "&mms-type=audio&__wa-mms="
    );
    CHECK(
        download_url("https://h.example", "/v/x", file) ==
        "https://h.example/v/x?hash=" + hash + "&mms-type=audio&__wa-mms="
    );
    file.file_enc_sha256.clear();
    CHECK(download_url("https://h.example", "/v/x", file) == "https://h.example/v/x?mms-type=audio&__wa-mms=");
    file.media_key.clear();
    CHECK(download_url("https://h.example", "/v/x", file) == "https://h.example/v/x");
}

TEST_CASE("media URLs: uploads carry token and auth, encoded", "[media]") {
    const UploadTarget target{Type::document, "AB-_=", "a+/=&b", false};
    CHECK(
        upload_url("https://h.example", target) ==
        "https://h.example/mms/document/AB-_=?auth=a%2B%2F%3D%26b&token=AB-_%3D"
    );
    const UploadTarget newsletter{Type::image, "AB", "a", true};
    CHECK(
        upload_url("https://h.example", newsletter) ==
        "https://h.example/newsletter/newsletter-image/AB?auth=a&token=AB"
    );
    const UploadTarget blob{Type::history, "AB", "a", false};
    CHECK(
        delete_url("https://h.example", blob, "/v/x?oh=1", "") ==
        "https://h.example/mms/md-msg-hist/AB?auth=a&token=AB&d_md=L3YveA"
    );
    CHECK(
        delete_url("https://h.example", blob, "/v/x", "h/1") ==
        "https://h.example/mms/md-msg-hist/AB?auth=a&token=AB&d_md=L3YveA&e_handle=h%2F1"
    );
}
