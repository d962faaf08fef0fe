#include "common/files/files.hpp"
#include "common/http/client.hpp"
#include "common/http/server.hpp"
#include "tests/common/http/certificates.hpp"
#include "tests/common/http/support.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <fstream>

using namespace http_test;
using common::Result;
using common::Status;
using http::HttpErrc;

namespace {

/// Byte number `at` of a body that nobody keeps.
char byte_at(std::uint64_t at) { return static_cast<char>((at * 131) ^ (at >> 12)); }

std::string pattern(std::uint64_t from, std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i) out[i] = byte_at(from + i);
    return out;
}

http::BodySource generated(std::uint64_t size, bool says_size = true, std::size_t piece = 100'000) {
    http::BodySource source;
    if (says_size) source.size = size;
    auto at = std::make_shared<std::uint64_t>(0);
    source.read = [at, size, piece]() -> asio::awaitable<Result<std::string>> {
        const std::size_t next = static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - *at));
        std::string made = pattern(*at, next);
        *at += next;
        co_return made;
    };
    return source;
}

/// A sink that checks the pattern and counts.
struct Checked {
    std::uint64_t size{0};
    bool good{true};
    http::BodySink sink() {
        return [this](std::string piece) -> asio::awaitable<Status> {
            good = good && piece == pattern(size, piece.size());
            size += piece.size();
            co_return Status{};
        };
    }
};

std::uint64_t number(std::optional<std::string_view> text) { return std::stoull(std::string{text.value_or("0")}); }

/// PUT /up reads a generated body, GET /down/{size} gives one, GET /chunks/{size} without saying its length.
http::Router router() {
    http::Router made;
    const auto up = [](const http::Request&, http::RequestBody& body) -> asio::awaitable<Result<http::Response>> {
        Checked checked;
        const auto sink = checked.sink();
        for (;;) {
            auto piece = co_await body.read();
            if (!piece) co_return piece.error();
            if (piece->empty()) break;
            (void)co_await sink(std::move(*piece));
        }
        co_return http::Response{200, "text/plain", std::to_string(checked.size) + (checked.good ? " good" : " bad")};
    };
    made.add_upload("PUT", "/up", up, 1ULL << 32);
    made.add_upload("PUT", "/small", up, 1000);
    const auto refuse = [](const http::Request&, http::RequestBody&) -> asio::awaitable<Result<http::Response>> {
        co_return http::Response{401, "text/plain", "who are you"};
    };
    made.add_upload("PUT", "/refuse", refuse, 1ULL << 32);
    made.add("GET", "/down/{size}", [](const http::Request& request) -> asio::awaitable<Result<http::Response>> {
        http::Response response{200, "application/octet-stream", ""};
        response.source = std::make_shared<http::BodySource>(generated(number(request.param("size"))));
        co_return response;
    });
    made.add("GET", "/chunks/{size}", [](const http::Request& request) -> asio::awaitable<Result<http::Response>> {
        http::Response response{200, "application/octet-stream", ""};
        response.source = std::make_shared<http::BodySource>(generated(number(request.param("size")), false));
        co_return response;
    });
    made.add("GET", "/short", [](const http::Request&) -> asio::awaitable<Result<http::Response>> {
        http::Response response{200, "application/octet-stream", ""};
        auto source = generated(1000);
        source.size = 2000;
        response.source = std::make_shared<http::BodySource>(std::move(source));
        co_return response;
    });
    return made;
}

struct World {
    explicit World(http::ServerOptions server_options = {}, http::ClientOptions client_options = {})
        : routes{router()},
          server{routes, std::move(server_options)},
          client{std::make_unique<http::Client>(io.executor(), std::move(client_options))} {}
    std::string url(std::string_view target, std::string_view scheme = "http") const {
        return std::string{scheme} + "://127.0.0.1:" + std::to_string(server.port()) + std::string{target};
    }
    Result<http::Response> run(const http::Transfer& transfer) {
        return io.run([&]() { return client->transfer(transfer); });
    }
    Result<http::Response> put(std::string_view target, http::BodySource source) {
        http::Transfer transfer;
        transfer.method = "PUT";
        transfer.url = url(target);
        transfer.body = std::move(source);
        return run(transfer);
    }
    Result<http::Response> get(std::string_view target, const http::BodySink& sink) {
        http::Transfer transfer;
        transfer.url = url(target);
        transfer.accept = [sink](const http::Response&) -> Result<http::BodySink> { return sink; };
        return run(transfer);
    }
    http::Router routes;
    RunningServer server;
    IoThread io;
    std::unique_ptr<http::Client> client;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t allowed_mib = 400;  // a sanitizer holds on to what was freed
#else
constexpr std::uint64_t allowed_mib = 32;
#endif

/// MiB that this process has in memory now.
std::uint64_t resident_mib() {
    std::ifstream in{"/proc/self/statm"};
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    in >> all >> resident;
    return resident * 4096 >> 20;
}

}  // namespace

TEST_CASE("transfer: bodies of every size go up and come down whole", "[http]") {
    World world;
    for (const std::uint64_t size : {0ULL, 1ULL, 99'999ULL, 100'000ULL, 100'001ULL, 3'000'000ULL}) {
        for (const bool says_size : {true, false}) {
            const auto answer = world.put("/up", generated(size, says_size));
            REQUIRE(answer.has_value());
            CHECK(answer->body == std::to_string(size) + " good");
        }
        for (const std::string_view path : {"/down/", "/chunks/"}) {
            Checked checked;
            const auto answer = world.get(std::string{path} + std::to_string(size), checked.sink());
            REQUIRE(answer.has_value());
            CHECK(answer->status == 200);
            CHECK(checked.size == size);
            CHECK(checked.good);
        }
    }
}

TEST_CASE("transfer: over TLS with an authority of our own", "[http]") {
    const Certificates certificates;
    http::ServerOptions server_options;
    server_options.tls_certificate_file = certificates.server_file();
    server_options.tls_key_file = certificates.key_file();
    http::ClientOptions client_options;
    client_options.ca_file = certificates.ca_file();
    World world{server_options, client_options};
    http::Transfer transfer;
    transfer.method = "PUT";
    transfer.url = world.url("/up", "https");
    transfer.body = generated(2'000'000);
    const auto answer = world.run(transfer);
    REQUIRE(answer.has_value());
    CHECK(answer->body == "2000000 good");
}

TEST_CASE("transfer: progress counts the bytes of the bodies", "[http]") {
    World world;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    http::Transfer transfer;
    transfer.method = "PUT";
    transfer.url = world.url("/up");
    transfer.body = generated(500'000);
    transfer.on_progress = [&](std::uint64_t up, std::uint64_t down) { sent = up, received = down; };
    REQUIRE(world.run(transfer).has_value());
    CHECK(sent == 500'000);
    Checked checked;
    http::Transfer back;
    back.url = world.url("/down/700000");
    back.accept = [&](const http::Response&) -> Result<http::BodySink> { return checked.sink(); };
    back.on_progress = transfer.on_progress;
    REQUIRE(world.run(back).has_value());
    CHECK(received == 700'000);
}

TEST_CASE("transfer: an empty sink leaves the body to the response, within its bound", "[http]") {
    http::ClientOptions options;
    options.max_body = 1000;
    World world{{}, options};
    CHECK(world.get("/down/1000", {}).value().body == pattern(0, 1000));
    CHECK(world.get("/down/1001", {}).error() == HttpErrc::body_too_large);
    http::Transfer transfer;
    transfer.url = world.url("/down/5000");
    Checked checked;
    transfer.max_body = 4999;
    transfer.accept = [&](const http::Response&) -> Result<http::BodySink> { return checked.sink(); };
    CHECK(world.run(transfer).error() == HttpErrc::body_too_large);
    CHECK(checked.size == 0);
}

TEST_CASE("transfer: who judges the answer can end it, and so can the sink", "[http]") {
    World world;
    http::Transfer transfer;
    transfer.url = world.url("/down/5000000");
    transfer.accept = [](const http::Response& head) -> Result<http::BodySink> {
        CHECK(head.status == 200);
        CHECK(head.headers.find("content-length") == "5000000");
        return common::Errc::too_large;
    };
    CHECK(world.run(transfer).error() == common::Errc::too_large);
    const auto full = [](std::string) -> asio::awaitable<Status> {
        co_return common::Error{common::Errc::unavailable};
    };
    CHECK(world.get("/down/5000000", full).error() == common::Errc::unavailable);
}

TEST_CASE("transfer: a source that fails or does not keep its word breaks off", "[http]") {
    World world;
    auto failing = generated(1000);
    failing.read = []() -> asio::awaitable<Result<std::string>> { co_return common::Error{common::Errc::not_found}; };
    CHECK(world.put("/up", failing).error().kind() == common::Kind::not_found);
    auto shorter = generated(1000);
    shorter.size = 1001;
    CHECK_FALSE(world.put("/up", shorter).has_value());
    auto longer = generated(1000);
    longer.size = 999;
    CHECK_FALSE(world.put("/up", longer).has_value());
    Checked checked;
    CHECK(world.get("/short", checked.sink()).error() == HttpErrc::connection_lost);
    CHECK(checked.size == 1000);
}

TEST_CASE("transfer: an answer that comes before the whole request ends the sending", "[http]") {
    World world;
    const auto refused = world.put("/refuse", generated(500'000'000));
    REQUIRE(refused.has_value());
    CHECK(refused->status == 401);
    CHECK(refused->body == "who are you");
    const auto too_large = world.put("/small", generated(500'000'000));
    REQUIRE(too_large.has_value());
    CHECK(too_large->status == 413);
    const auto grew = world.put("/small", generated(5'000, false));
    REQUIRE(grew.has_value());
    CHECK(grew->status == 413);
}

TEST_CASE("transfer: silence ends it, slow bytes do not", "[http]") {
    asio::io_context quiet;
    Tcp::acceptor acceptor{quiet, {asio::ip::make_address("127.0.0.1"), 0}};
    std::thread peer{[&] {
        auto silent = acceptor.accept();
        auto slow = acceptor.accept();
        asio::write(slow, asio::buffer(std::string{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"}));
        for (int i = 0; i < 10; ++i) {
            std::this_thread::sleep_for(60ms);
            asio::write(slow, asio::buffer(pattern(static_cast<std::uint64_t>(i), 1)));
        }
    }};
    IoThread io;
    http::Client client{io.executor(), {}};
    http::Transfer transfer;
    transfer.url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/";
    transfer.stall_timeout = 400ms;
    const auto stalled = io.run([&]() { return client.transfer(transfer); });
    CHECK(stalled.error().kind() == common::Kind::timed_out);
    Checked checked;
    transfer.accept = [&](const http::Response&) -> Result<http::BodySink> { return checked.sink(); };
    CHECK(io.run([&]() { return client.transfer(transfer); }).has_value());
    CHECK(checked.size == 10);
    CHECK(checked.good);
    peer.join();
}

TEST_CASE("transfer: a peer that does not read is given up, and one that answered meanwhile is heard", "[http]") {
    asio::io_context quiet;
    Tcp::acceptor acceptor{quiet, {asio::ip::make_address("127.0.0.1"), 0}};
    std::promise<void> over;
    std::thread peer{[&] {
        auto deaf = acceptor.accept();
        auto answers = acceptor.accept();
        std::array<char, 1000> some{};
        answers.read_some(asio::buffer(some));
        asio::write(answers, asio::buffer(std::string{"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"}));
        over.get_future().wait();
    }};
    IoThread io;
    http::Client client{io.executor(), {}};
    http::Transfer transfer;
    transfer.method = "PUT";
    transfer.url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/";
    transfer.body = generated(1ULL << 32);
    transfer.stall_timeout = 300ms;
    CHECK(io.run([&]() { return client.transfer(transfer); }).error().kind() == common::Kind::timed_out);
    transfer.body = generated(1ULL << 32);
    transfer.stall_timeout = 10s;
    const auto answer = io.run([&]() { return client.transfer(transfer); });
    REQUIRE(answer.has_value());
    CHECK(answer->status == 503);
    over.set_value();
    peer.join();
}

TEST_CASE("transfer: cancelling ends it at once", "[http]") {
    World world;
    auto endless = [](std::string) -> asio::awaitable<Status> { co_return co_await common::sleep_for(1h); };
    http::Transfer transfer;
    transfer.url = world.url("/down/5000000");
    transfer.accept = [&](const http::Response&) -> Result<http::BodySink> { return http::BodySink{endless}; };
    const auto result = world.io.run([&]() -> asio::awaitable<Result<http::Response>> {
        co_return co_await common::with_timeout(200ms, world.client->transfer(transfer));
    });
    CHECK(result.error().kind() == common::Kind::timed_out);
}

TEST_CASE("transfer: addresses that are not allowed are not connected to, whatever their name", "[http]") {
    http::ClientOptions options;
    options.allow_address = http::is_public;
    World world{{}, options};
    for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"}) {
        INFO(host);
        http::Transfer transfer;
        transfer.url = "http://" + host + ":" + std::to_string(world.server.port()) + "/down/1";
        CHECK(world.run(transfer).error() == HttpErrc::address_refused);
        http::ClientRequest request;
        request.url = transfer.url;
        CHECK(world.io.run([&]() { return world.client->send(request); }).error() == HttpErrc::address_refused);
    }
}

TEST_CASE("transfer: a connection is used again after a transfer, and replaced when it had closed", "[http]") {
    World world;
    for (int i = 0; i < 3; ++i) {
        Checked checked;
        REQUIRE(world.get("/down/1000", checked.sink()).has_value());
    }
    CHECK(world.server.connections() == 1);
}

TEST_CASE("transfer: half a gibibyte passes through both ends in little memory", "[http]") {
    World world;
    constexpr std::uint64_t size = 512ULL << 20;
    REQUIRE(world.put("/up", generated(1'000'000)).has_value());  // what is needed anyway is there now
    const std::uint64_t before = resident_mib();
    std::atomic<std::uint64_t> most{0};
    http::Transfer transfer;
    transfer.method = "PUT";
    transfer.url = world.url("/up");
    transfer.body = generated(size);
    // Making and checking the pattern would take most of the time.
    auto piece = std::make_shared<const std::string>(1U << 20, 'x');
    auto left = std::make_shared<std::uint64_t>(size >> 20);
    transfer.body->read = [piece, left]() -> asio::awaitable<Result<std::string>> {
        co_return (*left)-- == 0 ? std::string{} : *piece;
    };
    transfer.on_progress = [&](std::uint64_t, std::uint64_t) { most = std::max<std::uint64_t>(most, resident_mib()); };
    const auto up = world.run(transfer);
    REQUIRE(up.has_value());
    CHECK(up->body.starts_with(std::to_string(size)));
    std::uint64_t received = 0;
    const auto count = [&](std::string data) -> asio::awaitable<Status> {
        received += data.size();
        most = std::max<std::uint64_t>(most, resident_mib());
        co_return Status{};
    };
    REQUIRE(world.get("/down/50000000", count).has_value());
    CHECK(received == 50'000'000);
    INFO("grew from " << before << " to " << most << " MiB");
    CHECK(most < before + allowed_mib);
}
