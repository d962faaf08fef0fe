#include "common/http/body.hpp"

#include "common/files/files.hpp"
#include "tests/common/http/support.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/thread_pool.hpp>

using namespace http_test;
using common::Result;
using http::ByteRange;
using http::HttpErrc;

namespace {

Result<std::optional<ByteRange>> asked(std::string_view value, std::uint64_t size) {
    http::Headers headers;
    headers.set("Range", value);
    return http::requested_range(headers, size);
}

void is_part(std::string_view value, ByteRange expected) {
    INFO(value);
    const auto range = asked(value, 1000);
    REQUIRE(range.has_value());
    CHECK(*range == expected);
}

}  // namespace

TEST_CASE("ranges: first to last, from first on, the last so many", "[http]") {
    is_part("bytes=0-0", {0, 1});
    is_part("bytes=0-999", {0, 1000});
    is_part("bytes=10-19", {10, 10});
    is_part("bytes=10-5000", {10, 990});
    is_part("bytes=999-", {999, 1});
    is_part("bytes=-1", {999, 1});
    is_part("bytes=-5000", {0, 1000});
    is_part(" bytes=5-6 ", {5, 2});
}

TEST_CASE("ranges: what is not understood is no range, what is not there is an error", "[http]") {
    for (const auto value :
         {"",
          "bytes",
          "bytes=",
          "bytes=-",
          "bytes=a-b",
          "bytes=5-4",
          "bytes=1-2,5-6",
          "items=1-2",
          "bytes=1",
          "bytes=1-2x",
          "bytes=99999999999999999999999-"}) {
        INFO(value);
        const auto range = asked(value, 1000);
        REQUIRE(range.has_value());
        CHECK_FALSE(range->has_value());
    }
    for (const auto value : {"bytes=1000-", "bytes=1000-1001", "bytes=-0"}) {
        INFO(value);
        CHECK(asked(value, 1000).error() == HttpErrc::range_not_satisfiable);
    }
    CHECK(asked("bytes=0-", 0).error() == HttpErrc::range_not_satisfiable);
    CHECK(asked("bytes=-5", 0).error() == HttpErrc::range_not_satisfiable);
}

TEST_CASE("ranges: what a server says about its part", "[http]") {
    const auto known = http::parse_content_range("bytes 10-19/1000");
    REQUIRE(known.has_value());
    CHECK(known->part == ByteRange{10, 10});
    CHECK(known->whole == 1000);
    CHECK(http::parse_content_range("bytes 10-19/*")->whole == std::nullopt);
    for (const auto value :
         {"",
          "bytes",
          "bytes 10-9/1000",
          "bytes 10-1000/1000",
          "bytes 10-19",
          "bytes 10-19/",
          "bytes 10-19/x",
          "bytes */1000",
          "10-19/1000",
          "bytes 0-18446744073709551615/*"}) {
        INFO(value);
        CHECK_FALSE(http::parse_content_range(value).has_value());
    }
    CHECK(http::range_from(5) == "bytes=5-");
    CHECK(http::range_of(5, 7) == "bytes=5-6");
}

TEST_CASE("files: a server gives a file whole, in part, and its head alone", "[http]") {
    const tests::support::TempFolder folder;
    asio::thread_pool pool{1};
    auto written = common::files::File::create(folder.file("f")).value();
    std::string content(600'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 >> 3);
    REQUIRE(written.write_at(0, common::as_bytes(content)));
    const auto file = std::make_shared<const common::files::File>(std::move(written));
    http::Router router;
    router.add("GET", "/f", [&](const http::Request& request) -> asio::awaitable<Result<http::Response>> {
        co_return http::file_response(request.headers, pool.get_executor(), file, content.size(), "image/png");
    });
    RunningServer server{router};
    const auto get_part = [&](std::string_view range, std::string_view method = "GET") {
        return answer_to(
            server.port(),
            std::string{method} + " /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: " + std::string{range} +
                "\r\n\r\n"
        );
    };
    const auto whole = get(server.port(), "/f");
    CHECK(status_of(whole) == 200);
    CHECK(body_of(whole) == content);
    CHECK_THAT(whole, Catch::Contains("Content-Type: image/png") && Catch::Contains("Accept-Ranges: bytes"));
    const auto part = get_part("bytes=300000-300099");
    CHECK(status_of(part) == 206);
    CHECK(body_of(part) == content.substr(300'000, 100));
    CHECK_THAT(part, Catch::Contains("Content-Range: bytes 300000-300099/600000"));
    CHECK(body_of(get_part("bytes=-7")) == content.substr(content.size() - 7));
    const auto none = get_part("bytes=600000-");
    CHECK(status_of(none) == 416);
    CHECK_THAT(none, Catch::Contains("Content-Range: bytes */600000"));
    const auto head = get(server.port(), "/f", "HEAD");
    CHECK(status_of(head) == 200);
    CHECK_THAT(head, Catch::Contains("Content-Length: 600000"));
    CHECK(body_of(head).empty());
}
