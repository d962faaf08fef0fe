#include "common/http/server.hpp"
#include "tests/bridge/whatsapp/transport/fake_server.hpp"
#include "tests/support/print.hpp"

using namespace bridge::whatsapp;
using namespace tests;

namespace {

const Node question{"iq", {{"id", "1"}, {"type", "get"}}};
const Node answer{"iq", {{"id", "1"}, {"type", "result"}}};

asio::awaitable<void> pass_up(common::http::WebSocket& socket, Wire& wire) {
    const auto message = co_await socket.receive();
    REQUIRE(message.has_value());
    CHECK_FALSE(message->is_text);
    REQUIRE(wire.up.try_send(common::to_bytes(common::as_bytes(message->data))));
}

asio::awaitable<void> pass_down(common::http::WebSocket& socket, Wire& wire) {
    const auto message = co_await wire.down.receive();
    const auto sent = co_await socket.send_binary(common::as_bytes(message->data));
    CHECK(sent);
}

/// Handshake, one question, one answer, until the client leaves; gives back why it left.
asio::awaitable<std::string> serve(Meeting& meeting, common::http::WebSocket& socket) {
    common::TaskGroup tasks{meeting.io.get_executor()};
    tasks.spawn(meeting.server.shake_hands(4));
    co_await pass_up(socket, *meeting.wire);
    co_await pass_down(socket, *meeting.wire);
    co_await pass_up(socket, *meeting.wire);
    co_await tasks.join();
    co_await pass_up(socket, *meeting.wire);
    const auto heard = co_await meeting.server.hear();
    CHECK(heard.value() == question);
    meeting.server.say(answer);
    co_await pass_down(socket, *meeting.wire);
    const auto end = co_await socket.receive();
    co_return end ? "still there" : end.error().detail();
}

}  // namespace

TEST_CASE("transport: a question is answered over a real WebSocket, which is closed with code 1000", "[transport]") {
    Meeting meeting;
    std::string origin;
    std::string goodbye;
    common::http::Router router;
    auto handler = [&](const common::http::Request& request, common::http::WebSocket& socket) -> asio::awaitable<void> {
        origin = request.headers.find("Origin").value_or("");
        goodbye = co_await serve(meeting, socket);
    };
    router.add_websocket("/ws/chat", handler);
    common::http::Server http{meeting.io.get_executor(), router, {}};
    REQUIRE(http.listen());
    meeting.run([&]() -> asio::awaitable<void> {
        common::TaskGroup tasks{meeting.io.get_executor()};
        tasks.spawn(http.run());
        auto options = meeting.options();
        options.url = "ws://127.0.0.1:" + std::to_string(http.port()) + "/ws/chat";
        auto payload = common::to_bytes("payload");
        auto connection = co_await transport::Connection::open(
            std::move(options), meeting.noise_key, std::move(payload), meeting.clock
        );
        REQUIRE(connection.has_value());
        CHECK((*connection)->send(question));
        const auto heard = co_await (*connection)->receive();
        CHECK(heard.value() == answer);
        const auto closed = co_await (*connection)->close();
        CHECK(closed);
        co_await http.drain(std::chrono::seconds{2});
        co_await tasks.join();
    });
    CHECK(origin == "https://web.whatsapp.com");
    CHECK(goodbye == "code 1000");
}

TEST_CASE("transport: a server that is not there, or no server of ours, is an error", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        auto options = meeting.options();
        options.url = "ws://127.0.0.1:1/ws/chat";
        const auto nobody = co_await transport::Connection::open(options, meeting.noise_key, {}, meeting.clock);
        REQUIRE(nobody.has_error());
        CHECK(nobody.error().kind() == common::Kind::unavailable);
        options.url = "ws://example.com/ws/chat";
        const auto insecure = co_await transport::Connection::open(options, meeting.noise_key, {}, meeting.clock);
        REQUIRE(insecure.has_error());
        CHECK(insecure.error() == transport::Errc::insecure_url);
    });
}
