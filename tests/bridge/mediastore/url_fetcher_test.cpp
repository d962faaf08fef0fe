#include "bridge/mediastore/url_fetcher.hpp"

#include "tests/common/http/support.hpp"
#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <fstream>

namespace mediastore = bridge::mediastore;
namespace http = common::http;
namespace asio = common::asio;
using common::Result;
using mediastore::Errc;
using namespace std::chrono_literals;

namespace {

mediastore::FetchRules rules_for(std::vector<std::string> hosts) {
    mediastore::FetchRules rules;
    rules.allowed_hosts = std::move(hosts);
    rules.plain_http = true;
    rules.max_size = 100'000;
    rules.stall_timeout = 500ms;
    return rules;
}

bool allows(std::vector<std::string> hosts, const std::string& url, bool plain_http = false) {
    http_test::IoThread io;
    auto rules = rules_for(std::move(hosts));
    rules.plain_http = plain_http;
    return mediastore::UrlFetcher{io.executor(), io.executor(), rules}.check(url).has_value();
}

struct World {
    World() {
        router.add("GET", "/file", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
            co_return http::Response{200, "image/png", "content"};
        });
        router.add("GET", "/large", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
            co_return http::Response{200, "image/png", std::string(100'001, 'x')};
        });
        router.add("GET", "/growing", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
            http::Response response{200, "image/png", ""};
            response.source = std::make_shared<http::BodySource>();
            response.source->read = []() -> asio::awaitable<Result<std::string>> {
                co_return std::string(10'000, 'x');
            };
            co_return response;
        });
        router.add("GET", "/missing", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
            co_return http::Response{404, "text/html", "no"};
        });
        router.add("GET", "/to", [](const http::Request& request) -> asio::awaitable<Result<http::Response>> {
            http::Response response{302, "text/html", "elsewhere"};
            response.headers.set("Location", request.query_value("where").value_or("/file"));
            co_return response;
        });
        server = std::make_unique<http_test::RunningServer>(router);
    }
    std::string authority() const { return "127.0.0.1:" + std::to_string(server->port()); }
    std::string url(const std::string& target) const { return "http://" + authority() + target; }
    /// With the real judge of addresses when `guarded`.
    Result<mediastore::Fetched> fetch(const std::string& target, bool guarded = false) {
        return fetch_url(url(target), guarded);
    }
    Result<mediastore::Fetched> fetch_url(const std::string& from, bool guarded = false) {
        const auto all = [](const boost::asio::ip::address&) { return true; };
        mediastore::UrlFetcher fetcher{
            io.executor(),
            pool.get_executor(),
            rules_for({authority(), "localhost:" + std::to_string(server->port())}),
            guarded ? http::AddressFilter{http::is_public} : http::AddressFilter{all}};
        return io.run([&]() { return fetcher.fetch(from, folder.path().string()); });
    }
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder.path()}, {}));
    }

    tests::support::TempFolder folder;
    http::Router router;
    asio::thread_pool pool{1};
    http_test::IoThread io;
    std::unique_ptr<http_test::RunningServer> server;
};

}  // namespace

TEST_CASE("fetching: hosts have to be on the list", "[mediastore]") {
    CHECK(allows({"files.example.org"}, "https://files.example.org/a.jpg"));
    CHECK(allows({"files.example.org"}, "https://FILES.example.org:443/a.jpg"));
    CHECK(allows({"*.example.org"}, "https://a.b.example.org/"));
    CHECK(allows({"*"}, "https://anything.example/"));
    CHECK(allows({"files.example.org:8443"}, "https://files.example.org:8443/"));
    CHECK(allows({"files.example.org"}, "http://files.example.org/", true));
    CHECK(allows({"[2606:4700::1]:8443"}, "https://[2606:4700::1]:8443/"));
    for (const std::string url :
         {"https://example.org/",
          "https://files.example.org.evil.net/",
          "https://evilfiles.example.org/",
          "https://files.example.org:8443/",
          "https://files.example.org:22/",
          "http://files.example.org/",
          "https://user@files.example.org/",
          "https://files.example.org@evil.net/",
          "https://files.example.org%00.evil.net/",
          "https://evil.net%00files.example.org/",
          "https://evil.net/files.example.org",
          "https://evil.net#files.example.org",
          "https://evil.net\\@files.example.org/",
          "//files.example.org/",
          "files.example.org",
          "file:///etc/passwd",
          "ftp://files.example.org/",
          "gopher://files.example.org/",
          "javascript:alert(1)",
          "https://",
          "https:///x",
          "https://files.example.org:99999/",
          "https://files.example.org:0/",
          ""}) {
        INFO(url);
        CHECK_FALSE(allows({"files.example.org"}, url));
    }
    CHECK_FALSE(allows({"*.example.org"}, "https://example.org/"));
    CHECK_FALSE(allows({"*.example.org"}, "https://evilexample.org/"));
    CHECK_FALSE(allows({"*.example.org"}, "https://evil.net%00.example.org/"));
    CHECK_FALSE(allows({}, "https://files.example.org/"));
    CHECK_FALSE(allows({"*"}, "https://anything.example:8443/"));
    CHECK_FALSE(allows({"*"}, "https://a.example/" + std::string(5000, 'a')));
}

TEST_CASE("fetching: a file comes into a temporary file, with its hash", "[mediastore]") {
    World world;
    {
        const auto fetched = world.fetch("/file");
        REQUIRE(fetched.has_value());
        CHECK(fetched->size == 7);
        CHECK(fetched->sha256 == common::crypto::sha256(common::as_bytes("content")));
        CHECK(fetched->content_type == "image/png");
        CHECK(world.files() == 1);
    }
    CHECK(world.files() == 0);
}

TEST_CASE("fetching: names and addresses of private networks are refused when they are dialled", "[mediastore]") {
    World world;
    CHECK(world.fetch("/file", true).error() == Errc::host_not_allowed);
    const auto by_name = world.fetch_url("http://localhost:" + std::to_string(world.server->port()) + "/file", true);
    CHECK(by_name.error() == Errc::host_not_allowed);
    CHECK(world.files() == 0);
}

TEST_CASE("fetching: too large a file is given up, said or not", "[mediastore]") {
    World world;
    CHECK(world.fetch("/large").error() == Errc::too_large);
    CHECK(world.fetch("/growing").error() == Errc::too_large);
    CHECK(world.files() == 0);
}

TEST_CASE("fetching: redirects are followed a little, and judged like the first address", "[mediastore]") {
    World world;
    CHECK(world.fetch("/to").has_value());
    CHECK(world.fetch("/to?where=/to").has_value());
    CHECK(world.fetch("/to?where=file").has_value());
    CHECK(world.fetch("/to?where=http://169.254.169.254/latest").error() == Errc::host_not_allowed);
    CHECK(world.fetch("/to?where=//169.254.169.254/latest").error() == Errc::host_not_allowed);
    CHECK(world.fetch("/to?where=file:///etc/passwd").error() == Errc::host_not_allowed);
    CHECK(
        world.fetch("/to?where=http://" + world.authority() + "/to?where=/to%3Fwhere=/to%253Fwhere=/to").error() ==
        Errc::fetch_failed
    );
    CHECK(world.files() == 0);
}

TEST_CASE("fetching: other answers are failures", "[mediastore]") {
    World world;
    CHECK(world.fetch("/missing").error() == Errc::fetch_failed);
    CHECK(world.fetch_url("http://" + world.authority() + "0/").error() == Errc::host_not_allowed);
    const std::string url = world.url("/file");
    world.server->drain(100ms);
    CHECK_FALSE(world.fetch_url(url).has_value());
    CHECK(world.files() == 0);
}
