#include "tests/simulator/media/host.hpp"

#include "common/http/client.hpp"
#include "common/json/json.hpp"
#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>

namespace asio = common::asio;
namespace http = common::http;
namespace json = common::json;
namespace crypto = common::crypto;
using namespace simulator::media;

namespace {

/// Both hosts with real sockets; one thread runs everything until a call is answered.
struct World {
    World() {
        host.install(primary_routes, Side::primary);
        host.install(fallback_routes, Side::fallback);
        REQUIRE(primary.listen());
        REQUIRE(fallback.listen());
        asio::co_spawn(io, primary.run(), [](std::exception_ptr) {});
        asio::co_spawn(io, fallback.run(), [](std::exception_ptr) {});
        auth = host.authorise();
    }
    common::Result<http::Response> call(
        std::string method, std::string target, std::string body = {}, Side side = Side::primary, std::string range = {}
    ) {
        http::ClientRequest request;
        request.method = std::move(method);
        const auto port = (side == Side::primary ? primary : fallback).port();
        request.url = "http://127.0.0.1:" + std::to_string(port) + target;
        request.body = std::move(body);
        if (!range.empty()) request.headers.set("Range", range);
        std::optional<common::Result<http::Response>> answer;
        auto send = [this, request = std::move(request)]() -> asio::awaitable<common::Result<http::Response>> {
            co_return co_await client.send(request);
        };
        asio::co_spawn(io, std::move(send), [&](std::exception_ptr, common::Result<http::Response> got) {
            answer = got;
        });
        while (!answer) io.run_one();
        return *answer;
    }
    unsigned status(const common::Result<http::Response>& answer) { return answer ? answer->status : 0; }
    std::string upload_target(const std::string& body, std::string_view more = "") const {
        const std::string token = common::to_base64url(crypto::sha256(common::as_bytes(body)));
        return "/mms/image/" + token + "?auth=" + auth + "&token=" + token + std::string{more};
    }
    /// The direct path of an uploaded file.
    std::string store(const std::string& body) {
        const auto answer = call("POST", upload_target(body), body);
        REQUIRE(status(answer) == 200);
        const auto document = json::Document::parse(answer->body);
        return document->root()["direct_path"].string_or("");
    }

    tests::support::TempFolder folder;
    asio::io_context io{1};
    boost::asio::thread_pool pool{1};
    Host host{pool.get_executor(), folder.file("media")};
    http::Router primary_routes;
    http::Router fallback_routes;
    http::Server primary{io.get_executor(), primary_routes, {}};
    http::Server fallback{io.get_executor(), fallback_routes, {}};
    http::Client client{io.get_executor(), {}};
    std::string auth;
};

}  // namespace

TEST_CASE("media hosts: what was uploaded to one comes from both, whole or in part", "[simulator]") {
    World world;
    const std::string body(300'000, 'x');
    const std::string path = world.store(body);
    CHECK(path.find('?') != std::string::npos);
    const std::string hash = common::to_base64url(crypto::sha256(common::as_bytes(body)));
    for (const Side side : {Side::primary, Side::fallback}) {
        const auto got = world.call("GET", path + "&hash=" + hash + "%3D&mms-type=image", "", side);
        REQUIRE(world.status(got) == 200);
        CHECK(got->body == body);
    }
    const auto part = world.call("GET", path, "", Side::primary, "bytes=10-19");
    REQUIRE(world.status(part) == 206);
    CHECK(part->body.size() == 10);
    CHECK(world.status(world.call("GET", path + "&hash=AAAA")) == 403);
    CHECK(world.status(world.call("GET", "/v/t62.7118-24/none.enc?x=1")) == 404);
}

TEST_CASE("media hosts: an upload needs a token that is its hash, and an authorisation that holds", "[simulator]") {
    World world;
    const std::string target = world.upload_target("content");
    CHECK(world.status(world.call("POST", target, "other content")) == 400);
    CHECK(world.status(world.call("POST", "/mms/image/AAAA?auth=" + world.auth, "content")) == 400);
    world.host.revoke_authorisations();
    CHECK(world.status(world.call("POST", target, "content")) == 401);
    world.auth = world.host.authorise();
    CHECK(world.status(world.call("POST", world.upload_target("content"), "content")) == 200);
}

TEST_CASE("media hosts: a broken upload goes on where it broke off", "[simulator]") {
    World world;
    const std::string body = std::string(100'000, 'a') + std::string(100'000, 'b');
    world.host.uploads().cuts = 1;
    world.host.uploads().cut_after = 120'000;
    const auto broken = world.call("POST", world.upload_target(body), body);
    CHECK(world.status(broken) != 200);
    const auto asked = world.call("POST", world.upload_target(body, "&resume=1"));
    REQUIRE(world.status(asked) == 200);
    CHECK(asked->body == R"({"resume":120000})");
    CHECK(world.status(world.call("POST", world.upload_target(body, "&file_offset=5"), body.substr(5))) == 416);
    const auto rest = world.call("POST", world.upload_target(body, "&file_offset=120000"), body.substr(120'000));
    REQUIRE(world.status(rest) == 200);
    const auto again = world.call("POST", world.upload_target(body, "&resume=1"));
    CHECK(again->body.find(R"("resume":"complete")") != std::string::npos);
    const auto document = json::Document::parse(rest->body);
    const auto got = world.call("GET", document->root()["direct_path"].string_or(""));
    CHECK(got->body == body);
}

TEST_CASE("media hosts: files go, come back under a new path, and may be deleted", "[simulator]") {
    World world;
    const std::string path = world.store("photo");
    Blob* blob = world.host.store().find(path);
    REQUIRE(blob != nullptr);
    for (const unsigned status : {403U, 404U, 410U}) {
        blob->gone = status;
        CHECK(world.status(world.call("GET", path)) == status);
    }
    const std::string fresh = direct_path(world.host.store().renew(*blob), 1);
    CHECK(fresh != path);
    CHECK(world.call("GET", fresh)->body == "photo");
    CHECK(world.status(world.call("GET", path)) == 410);
    CHECK(world.status(world.call("DELETE", world.upload_target("photo"))) == 200);
    CHECK(world.status(world.call("GET", fresh)) == 404);
}

TEST_CASE("media hosts: trouble comes as often as asked, on the host it is asked for", "[simulator]") {
    World world;
    const std::string path = world.store(std::string(200'000, 'z'));
    Trouble& trouble = world.host.downloads();
    trouble.fail = 1;
    trouble.status = 503;
    trouble.retry_after = 2;
    trouble.primary_only = true;
    CHECK(world.status(world.call("GET", path, "", Side::fallback)) == 200);
    const auto refused = world.call("GET", path);
    REQUIRE(world.status(refused) == 503);
    CHECK(refused->headers.find("Retry-After") == "2");
    CHECK(world.status(world.call("GET", path)) == 200);
    trouble.cuts = 1;
    trouble.cut_after = 1000;
    CHECK_FALSE(world.call("GET", path));
    trouble.corrupt = 1;
    const auto damaged = world.call("GET", path);
    REQUIRE(world.status(damaged) == 200);
    CHECK(damaged->body.size() == 200'000);
    CHECK(damaged->body != std::string(200'000, 'z'));
    CHECK(world.call("GET", path)->body == std::string(200'000, 'z'));
}

TEST_CASE("media hosts: pictures are plain files", "[simulator]") {
    World world;
    const auto picture = world.host.store().keep_plain(common::as_bytes("jpeg"));
    REQUIRE(picture);
    const auto got = world.call("GET", (*picture)->path);
    REQUIRE(world.status(got) == 200);
    CHECK(got->content_type == "image/jpeg");
    CHECK(got->body == "jpeg");
}
