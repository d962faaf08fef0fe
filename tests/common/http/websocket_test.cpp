#include "common/bytes/bytes.hpp"
#include "common/http/detail/frame.hpp"
#include "tests/common/http/certificates.hpp"
#include "tests/common/http/support.hpp"

#include <atomic>

using namespace http_test;
using Catch::Contains;
using common::Result;
using common::Status;
using http::WsErrc;

namespace {

asio::awaitable<void> echo(const http::Request&, http::WebSocket& socket) {
    for (;;) {
        const auto message = co_await socket.receive();
        if (!message) co_return;
        auto sent = message->is_text ? co_await socket.send_text(message->data)
                                     : co_await socket.send_binary(common::as_bytes(message->data));
        if (!sent) co_return;
    }
}

http::Router echo_router() {
    http::Router router;
    router.add_websocket("/ws", echo);
    return router;
}

http::WsClientOptions options_for(std::uint16_t port, std::string_view scheme = "ws") {
    http::WsClientOptions options;
    options.url = std::string{scheme} + "://127.0.0.1:" + std::to_string(port) + "/ws";
    options.connect_timeout = 5s;
    return options;
}

Result<std::unique_ptr<http::WebSocket>> connect(IoThread& io, const http::WsClientOptions& options) {
    return io.run([options]() { return http::connect_websocket(options); });
}

/// An upgraded connection on which the test writes frames by hand.
RawClient upgraded(std::uint16_t port) {
    RawClient client{port};
    client.send(
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    const auto head = client.until("\r\n\r\n");
    REQUIRE(head.starts_with("HTTP/1.1 101 "));
    // The example of RFC 6455 section 1.3.
    REQUIRE_THAT(head, Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    return client;
}

std::string masked(http::detail::Opcode opcode, std::string_view payload) {
    std::string frame;
    http::detail::append_frame(frame, opcode, payload, http::detail::Mask{1, 2, 3, 4});
    return frame;
}

}  // namespace

TEST_CASE("websocket: messages of all sizes go both ways, plain and over TLS", "[http]") {
    const auto router = echo_router();
    const Certificates certificates;
    for (const bool tls : {false, true}) {
        http::ServerOptions server_options;
        server_options.max_websocket_message = 16U << 20;
        if (tls) {
            server_options.tls_certificate_file = certificates.server_file();
            server_options.tls_key_file = certificates.key_file();
        }
        RunningServer server{router, server_options};
        IoThread io;
        auto options = options_for(server.port(), tls ? "wss" : "ws");
        if (tls) options.ca_file = certificates.ca_file();
        auto socket = connect(io, options);
        REQUIRE(socket);
        const bool same = io.run([&]() -> asio::awaitable<bool> {
            for (const std::size_t size : {0, 1, 125, 126, 127, 65535, 65536, 200'000, 5'000'000}) {
                const std::string text(size, 'x');
                auto done = co_await (*socket)->send_text(text);
                if (!done) co_return false;
                const auto message = co_await (*socket)->receive();
                if (!message || !message->is_text || message->data != text) co_return false;
                const common::Bytes bytes(size, 0xFF);
                done = co_await (*socket)->send_binary(bytes);
                if (!done) co_return false;
                const auto binary = co_await (*socket)->receive();
                if (!binary || binary->is_text || common::to_bytes(binary->data) != bytes) co_return false;
                done = co_await (*socket)->ping();
            }
            // Several together: each is a message of its own, also where they share a read.
            const std::vector<common::Bytes> together{{1, 2}, {}, common::Bytes(70'000, 7), {3}};
            auto done = co_await (*socket)->send_binaries(together);
            if (!done) co_return false;
            for (const common::Bytes& each : together) {
                const auto message = co_await (*socket)->receive();
                if (!message || message->is_text || common::to_bytes(message->data) != each) co_return false;
            }
            co_await (*socket)->close(1000, "bye");
            co_return true;
        });
        CHECK(same);
        io.run([&]() -> asio::awaitable<bool> {
            socket->reset();
            co_return true;
        });
    }
}

TEST_CASE("websocket: a certificate that is not trusted or for another host is refused", "[http]") {
    const auto router = echo_router();
    const Certificates certificates;
    http::ServerOptions server_options;
    server_options.tls_certificate_file = certificates.server_file();
    server_options.tls_key_file = certificates.key_file();
    RunningServer server{router, server_options};
    IoThread io;
    auto options = options_for(server.port(), "wss");
    auto untrusted = connect(io, options);
    REQUIRE_FALSE(untrusted);
    CHECK(untrusted.error() == http::HttpErrc::untrusted_certificate);
    CHECK_THAT(untrusted.error().message(), Contains("TLS with 127.0.0.1"));

    options.ca_file = certificates.ca_file();
    options.url = "wss://localhost:" + std::to_string(server.port()) + "/ws";
    CHECK(connect(io, options));
    // The certificate names 127.0.0.1 and localhost only.
    options.url = "wss://127.0.0.2:" + std::to_string(server.port()) + "/ws";
    const auto other = connect(io, options);
    CHECK_FALSE(other);

    options.ca_file = "/nonexistent";
    const auto no_file = connect(io, options);
    REQUIRE_FALSE(no_file);
    CHECK(no_file.error() == http::HttpErrc::tls_failed);
}

TEST_CASE("websocket: a refused upgrade carries the status", "[http]") {
    http::Router router;
    router
        .add_websocket("/ws", echo, [](const http::Request& request) -> asio::awaitable<std::optional<http::Response>> {
            if (request.headers.find("Origin") == "https://good") co_return std::nullopt;
            co_return http::Response{403, "text/plain", "no"};
        });
    RunningServer server{router};
    IoThread io;
    auto options = options_for(server.port());
    const auto refused = connect(io, options);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == WsErrc::refused);
    CHECK(refused.error().detail() == "403");
    options.headers.set("Origin", "https://good");
    CHECK(connect(io, options));
    options.url += "/nowhere";
    CHECK(connect(io, options).error().detail() == "404");
}

TEST_CASE("websocket: connecting has a deadline and says what failed", "[http]") {
    IoThread io;
    asio::io_context silent_io;
    Tcp::acceptor silent{silent_io, {asio::ip::make_address("127.0.0.1"), 0}};
    for (const char* scheme : {"ws", "wss"}) {
        auto options = options_for(silent.local_endpoint().port(), scheme);
        options.connect_timeout = 50ms;
        CHECK(connect(io, options).error().kind() == common::Kind::timed_out);
    }
    const auto port = silent.local_endpoint().port();
    silent.close();
    const auto refused = connect(io, options_for(port));
    CHECK(
        refused.error().message() ==
        "connect to 127.0.0.1:" + std::to_string(port) + ": connection failed (Connection refused)"
    );
    for (const char* url : {"", "http://x/", "ws://", "ws:///path", "ws://h:99999/", "ws://h:0/", "nonsense"}) {
        http::WsClientOptions options;
        options.url = url;
        CHECK(connect(io, options).error() == http::HttpErrc::bad_url);
    }
}

TEST_CASE("websocket: answers that do not open what was asked for are refused", "[http]") {
    IoThread io;
    const std::string good = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    const std::string answers[] = {
        good + "\r\n",
        good + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        "HTTP/1.1 101 x\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 101",
        "",
    };
    for (const auto& answer : answers) {
        asio::io_context server_io;
        Tcp::acceptor acceptor{server_io, {asio::ip::make_address("127.0.0.1"), 0}};
        std::thread server{[&] {
            auto peer = acceptor.accept();
            std::array<char, 2048> request{};
            peer.read_some(asio::buffer(request));
            asio::write(peer, asio::buffer(answer));
        }};
        CHECK_FALSE(connect(io, options_for(acceptor.local_endpoint().port())));
        server.join();
    }
}

TEST_CASE("websocket: the server answers pings, joins fragments and echoes close codes", "[http]") {
    using http::detail::Opcode;
    const auto router = echo_router();
    RunningServer server{router};
    auto client = upgraded(server.port());
    client.send(masked(Opcode::ping, "hello"));
    CHECK(client.exactly(7) == "\x8A\x05hello");
    client.send(masked(Opcode::pong, "unasked"));
    // "Hel" + ping + "lo"
    std::string first = masked(Opcode::text, "Hel");
    first[0] = 0x01;
    client.send(first + masked(Opcode::ping, "") + masked(Opcode::continuation, "lo"));
    CHECK(client.exactly(2) == std::string_view{"\x8A\x00", 2});
    CHECK(client.exactly(7) == "\x81\x05Hello");
    client.send(masked(Opcode::close, http::detail::close_payload(4000, "enough")));
    CHECK(client.rest() == "\x88\x02\x0F\xA0");
}

TEST_CASE("websocket: what breaks the protocol is closed with the code that says why", "[http]") {
    using http::detail::Opcode;
    const auto router = echo_router();
    http::ServerOptions server_options;
    server_options.max_websocket_message = 1000;
    RunningServer server{router, server_options};
    const auto code = [&](std::string_view bytes) {
        auto client = upgraded(server.port());
        client.send(bytes);
        const auto answer = client.until("\x88").size() > 0 ? client.exactly(3) : std::string{};
        return static_cast<unsigned char>(answer[1]) * 256 + static_cast<unsigned char>(answer[2]);
    };
    std::string unmasked;
    http::detail::append_frame(unmasked, Opcode::text, "x", std::nullopt);
    CHECK(code(unmasked) == 1002);
    std::string reserved = masked(Opcode::text, "x");
    reserved[0] = static_cast<char>(0xC1);
    CHECK(code(reserved) == 1002);
    CHECK(code(masked(Opcode::continuation, "x")) == 1002);
    CHECK(code(masked(static_cast<Opcode>(3), "x")) == 1002);
    CHECK(code(masked(Opcode::ping, std::string(126, 'x'))) == 1002);
    CHECK(code(masked(Opcode::close, "x")) == 1002);
    CHECK(code(masked(Opcode::close, http::detail::close_payload(1005, ""))) == 1002);
    CHECK(code(masked(Opcode::text, "\xFF")) == 1007);
    CHECK(code(masked(Opcode::text, "\xED\xA0\x80")) == 1007);
    CHECK(code(masked(Opcode::text, std::string(1001, 'x'))) == 1009);
    CHECK(code(std::string{"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00\x00\x00", 14}) == 1009);
    CHECK(code(std::string{"\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00\x00\x00", 14}) == 1009);
}

TEST_CASE("websocket: requests that are no upgrade get a reason", "[http]") {
    const auto router = echo_router();
    RunningServer server{router};
    CHECK(status_of(get(server.port(), "/ws")) == 426);
    const auto with = [&](std::string_view headers) {
        return answer_to(
            server.port(),
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n" +
                std::string{headers} + "\r\n"
        );
    };
    const auto version = with("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    CHECK(status_of(version) == 426);
    CHECK_THAT(version, Contains("Sec-WebSocket-Version: 13"));
    CHECK(status_of(with("Sec-WebSocket-Version: 13\r\n")) == 400);
    CHECK(status_of(with("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n")) == 400);
}

TEST_CASE("websocket: a pushed frame reaches every reader and cuts off who does not read", "[http]") {
    http::Router router;
    std::atomic<int> failed{0};
    std::vector<http::WebSocket*> sockets;
    router.add_websocket("/ws", [&](const http::Request&, http::WebSocket& socket) -> asio::awaitable<void> {
        sockets.push_back(&socket);
        while (co_await socket.receive()) {
        }
        std::erase(sockets, &socket);
    });
    RunningServer server{router};
    auto reader = upgraded(server.port());
    auto sleeper = upgraded(server.port());
    const auto frame = std::make_shared<const std::string>(http::encode_text_frame(std::string(60'000, 'x')));
    std::thread reading{[&] {
        for (int i = 0; i < 200; ++i) {
            if (reader.exactly(frame->size()) != *frame) ++failed;
        }
    }};
    const int cut = server.io().run([&]() -> asio::awaitable<int> {
        int refused = 0;
        for (int i = 0; i < 200; ++i) {
            const auto all = sockets;
            for (auto* socket : all) {
                if (!socket->push(frame)) ++refused;
            }
            (void)co_await common::sleep_for(1ms);
        }
        co_return refused;
    });
    reading.join();
    CHECK(failed == 0);
    CHECK(cut >= 1);
    CHECK(server.connections() == 1);
}

TEST_CASE("websocket: draining tells clients 1001", "[http]") {
    const auto router = echo_router();
    RunningServer server{router};
    IoThread io;
    auto socket = connect(io, options_for(server.port()));
    REQUIRE(socket);
    auto receiving = std::async(std::launch::async, [&] { return io.run([&]() { return (*socket)->receive(); }); });
    while (server.connections() != 1) std::this_thread::yield();
    server.drain(5s);
    const auto message = receiving.get();
    REQUIRE_FALSE(message);
    CHECK(message.error() == WsErrc::closed);
    CHECK(message.error().detail() == "code 1001");
    CHECK(server.connections() == 0);
}

TEST_CASE("websocket: a cancelled receive loses nothing", "[http]") {
    const auto router = echo_router();
    RunningServer server{router};
    IoThread io;
    auto socket = connect(io, options_for(server.port()));
    REQUIRE(socket);
    const bool kept = io.run([&]() -> asio::awaitable<bool> {
        const auto late = co_await common::with_timeout(10ms, (*socket)->receive());
        if (late || late.error().kind() != common::Kind::timed_out) co_return false;
        const auto sent = co_await (*socket)->send_text("again");
        const auto message = co_await (*socket)->receive();
        co_return sent&& message && message->data == "again";
    });
    CHECK(kept);
}

TEST_CASE("websocket: a peer that vanishes is an error, not a clean close", "[http]") {
    http::Router router;
    std::promise<bool> clean;
    router.add_websocket("/ws", [&](const http::Request&, http::WebSocket& socket) -> asio::awaitable<void> {
        const auto message = co_await socket.receive();
        clean.set_value(message.error() == WsErrc::closed);
    });
    RunningServer server{router};
    { auto client = upgraded(server.port()); }
    CHECK_FALSE(clean.get_future().get());
}
