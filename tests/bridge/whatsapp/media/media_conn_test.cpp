#include "bridge/whatsapp/media/media_conn.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

namespace media = bridge::whatsapp::media;
using bridge::whatsapp::Node;
using media::Errc;
using media::Type;
using namespace std::chrono_literals;
using Urls = std::vector<std::string>;

namespace {

Node host(std::string_view name, std::string_view type = "") {
    Node node{"host", {{"hostname", name}}};
    if (!type.empty()) node.set("type", std::string{type});
    return node;
}

Node answer(std::vector<Node> hosts) {
    Node conn{"media_conn", {{"auth", "secret=="}, {"ttl", "3600"}, {"auth_ttl", "21600"}, {"max_buckets", "12"}}};
    for (Node& node : hosts) conn.add(std::move(node));
    Node iq{"iq", {{"type", "result"}}};
    iq.add(std::move(conn));
    return iq;
}

media::MediaConn parsed(std::vector<Node> hosts) {
    return media::MediaConnQuery::parse(answer(std::move(hosts))).value();
}

}  // namespace

TEST_CASE("media_conn: the question", "[media]") {
    const Node iq = media::MediaConnQuery{}.request();
    CHECK(iq.text("xmlns") == "w:m");
    CHECK(iq.text("type") == "set");
    CHECK(iq.text("to") == "s.whatsapp.net");
    CHECK(iq.child("media_conn") != nullptr);
}

TEST_CASE("media_conn: token, life time and hosts, fallbacks last", "[media]") {
    const auto conn = parsed({host("mmg.whatsapp.net", "fallback"), host("media-a.cdn.whatsapp.net", "primary")});
    CHECK(conn.auth == "secret==");
    CHECK(conn.lifetime() == 3600s);
    REQUIRE(conn.hosts.size() == 2);
    CHECK(conn.hosts[0].name == "media-a.cdn.whatsapp.net");
    CHECK(conn.hosts[1].fallback);
}

TEST_CASE("media_conn: life times out of bounds are brought within", "[media]") {
    Node iq = answer({host("a.example")});
    Node* conn = iq.child("media_conn");
    conn->set("ttl", std::string{"0"});
    CHECK(media::MediaConnQuery::parse(iq).value().lifetime() == 30s);
    conn->set("ttl", std::string{"18446744073709551615"});
    conn->erase("auth_ttl");
    CHECK(media::MediaConnQuery::parse(iq).value().lifetime() == 24h);
    conn->set("ttl", std::string{"soon"});
    CHECK(media::MediaConnQuery::parse(iq).value().lifetime() == 1h);
}

TEST_CASE("media_conn: names that would change a URL are no hosts", "[media]") {
    const auto conn = parsed(
        {host("a.example/x"),
         host("user@a.example"),
         host("a.example?x"),
         host("a.example#x"),
         host("a example"),
         host("https://a.example"),
         host("a.example:0"),
         host("a.example:99999"),
         host("a.example:"),
         host("[::1"),
         host("[a.example]"),
         host(""),
         host(std::string(300, 'a')),
         host("good.example:8443")}
    );
    REQUIRE(conn.hosts.size() == 1);
    CHECK(conn.hosts[0].name == "good.example:8443");
}

TEST_CASE("media_conn: an answer without token or hosts is refused, and a long one is cut", "[media]") {
    CHECK(media::MediaConnQuery::parse(Node{"iq"}).error() == Errc::bad_answer);
    CHECK(media::MediaConnQuery::parse(answer({})).error() == Errc::no_hosts);
    CHECK(media::MediaConnQuery::parse(answer({host("/")})).error() == Errc::no_hosts);
    Node iq = answer({host("a.example")});
    iq.child("media_conn")->erase("auth");
    CHECK(media::MediaConnQuery::parse(iq).error() == Errc::bad_answer);
    iq.child("media_conn")->set("auth", std::string(10'000, 'x'));
    CHECK(media::MediaConnQuery::parse(iq).error() == Errc::bad_answer);
    CHECK(parsed(std::vector<Node>(100, host("a.example"))).hosts.size() == 32);
}

TEST_CASE("media hosts: in order, those that name the type first, mmg last for downloads", "[media]") {
    Node videos = host("v.example");
    Node uploads{"upload"};
    uploads.add(Node{"video"});
    Node downloads{"download"};
    downloads.add(Node{"video"});
    downloads.add(Node{"image"});
    videos.add(std::move(uploads));
    videos.add(std::move(downloads));
    const auto conn = parsed({std::move(videos), host("all.example")});
    const auto policy = media::HostPolicy::create("").value();
    CHECK(policy.for_upload(conn, Type::gif) == Urls{"https://v.example", "https://all.example"});
    CHECK(policy.for_upload(conn, Type::image) == Urls{"https://all.example", "https://v.example"});
    CHECK(
        policy.for_download(conn, Type::sticker) ==
        Urls{"https://v.example", "https://all.example", "https://mmg.whatsapp.net"}
    );
    CHECK(policy.for_download(parsed({host("mmg.whatsapp.net")}), Type::image) == Urls{"https://mmg.whatsapp.net"});
}

TEST_CASE("media hosts: the server cannot send us into a private network", "[media]") {
    const auto policy = media::HostPolicy::create("").value();
    for (const auto name :
         {"localhost",
          "127.0.0.1",
          "127.0.0.1:8443",
          "[::1]:443",
          "10.1.2.3",
          "192.168.1.1",
          "169.254.169.254",
          "127.1",
          "2130706433",
          "0x7f000001",
          "a.localhost",
          "router.local",
          "metadata.google.internal",
          "[::ffff:127.0.0.1]",
          "intranet"}) {
        INFO(name);
        const auto conn = parsed({host(name)});
        CHECK(policy.for_upload(conn, Type::image).empty());
        CHECK(policy.for_download(conn, Type::image) == Urls{"https://mmg.whatsapp.net"});
    }
}

TEST_CASE("media hosts: a configured host takes the place of all, plain HTTP on this machine alone", "[media]") {
    const auto conn = parsed({host("a.example")});
    const auto urls = [&](const std::string& setting) {
        const auto policy = media::HostPolicy::create(setting);
        return policy ? policy->for_download(conn, Type::image) : Urls{std::string{"refused"}};
    };
    CHECK(urls("media.example") == Urls{"https://media.example"});
    CHECK(urls("https://media.example:8443/") == Urls{"https://media.example:8443"});
    CHECK(urls("127.0.0.1:5000") == Urls{"https://127.0.0.1:5000"});
    CHECK(urls("http://127.0.0.1:5000") == Urls{"http://127.0.0.1:5000"});
    CHECK(urls("http://[::1]:5000") == Urls{"http://[::1]:5000"});
    CHECK(urls("http://localhost:5000") == Urls{"http://localhost:5000"});
    for (const auto bad :
         {"http://media.example", "http://10.0.0.1", "ftp://x", "a/b", "http://127.0.0.1@evil.example", " "}) {
        INFO(bad);
        CHECK(urls(bad) == Urls{"refused"});
    }
    CHECK(urls("a.example,http://127.0.0.1:1") == Urls{"https://a.example", "http://127.0.0.1:1"});
    CHECK(urls("a.example,http://b.example") == Urls{"refused"});
    CHECK(media::HostPolicy::create("x.example").value().for_upload(conn, Type::video) == Urls{"https://x.example"});
}
