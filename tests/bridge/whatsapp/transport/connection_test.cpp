#include "tests/bridge/whatsapp/transport/fake_server.hpp"
#include "tests/support/print.hpp"

using namespace bridge::whatsapp;
using namespace tests;

namespace {

Node numbered(int number) { return Node{"message", {{"id", std::to_string(number)}}}; }

/// Expects messages `from` to below `until` in order.
asio::awaitable<void> receive_numbers(transport::Connection& connection, int from, int until) {
    for (int i = from; i < until; ++i) {
        const auto node = co_await connection.receive();
        CHECK(node.value() == numbered(i));
    }
}

}  // namespace

TEST_CASE("transport: the handshake shows intro, noise key and payload to the server", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        common::TaskGroup tasks{meeting.io.get_executor()};
        tasks.spawn(meeting.server.shake_hands(4 + 7 + 2));
        auto options = meeting.options();
        options.routing_info = {0xAB, 0xCD};
        auto connection = co_await meeting.connect(std::move(options));
        REQUIRE(connection.has_value());
        co_await tasks.join();
        CHECK(common::to_hex(meeting.server.intro) == "45440001000002abcd57410603");
        CHECK(meeting.server.client.noise_static == meeting.noise_key.public_key);
        CHECK(common::as_text(meeting.server.client.payload) == "payload");
    });
}

TEST_CASE("transport: nodes go both ways in order, one frame a message", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        for (int i = 0; i < 200; ++i) {
            CHECK(connection.send(numbered(i)));
            meeting.server.say(numbered(i));
        }
        const auto flushed = co_await connection.flush();
        CHECK(flushed);
        for (int i = 0; i < 200; ++i) {
            const auto node = co_await meeting.server.hear();
            CHECK(node.value() == numbered(i));
        }
        co_await receive_numbers(connection, 0, 200);
    });
}

TEST_CASE("transport: frames may be merged, or cut anywhere", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        Bytes stream;
        for (int i = 0; i < 10; ++i) common::append(stream, meeting.server.frame_of(numbered(i)));
        meeting.server.say(stream);
        co_await receive_numbers(connection, 0, 10);
        const Bytes frame = meeting.server.frame_of(numbered(10));
        for (const std::uint8_t byte : frame) meeting.server.say(ByteView{&byte, 1});
        co_await receive_numbers(connection, 10, 11);
    });
}

TEST_CASE("transport: a node that does not decode is dropped, the next one arrives", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        meeting.server.say(FakeServer::framed(meeting.server.cipher->seal(Bytes{0, 0xF8}).value()));
        meeting.server.say(FakeServer::framed(meeting.server.cipher->seal({}).value()));
        meeting.server.say(numbered(1));
        co_await receive_numbers(connection, 1, 2);
    });
}

TEST_CASE("transport: compressed nodes arrive, text messages are ignored", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        common::http::WsMessage words;
        words.is_text = true;
        words.data = "not for us";
        REQUIRE(meeting.wire->down.try_send(std::move(words)));
        const Bytes packed = binary::encode_compressed(numbered(1));
        meeting.server.say(FakeServer::framed(meeting.server.cipher->seal(packed).value()));
        co_await receive_numbers(connection, 1, 2);
    });
}

TEST_CASE("transport: the time of the last message is known", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        CHECK(connection.last_received() == meeting.clock.now_ms());
        const auto before = meeting.clock.now_ms();
        meeting.clock.advance(std::chrono::seconds{5});
        CHECK(connection.last_received() == before);
        meeting.server.say(numbered(1));
        co_await receive_numbers(connection, 1, 2);
        CHECK(connection.last_received() == meeting.clock.now_ms());
    });
}

TEST_CASE("transport: a node that the wire cannot hold is refused, the connection goes on", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        const Node too_wide{"list", {}, Node::Nodes(70'000, Node{"item"})};
        CHECK(connection.send(too_wide).error() == transport::Errc::unsendable);
        CHECK(connection.send(numbered(1)));
        const auto node = co_await meeting.server.hear();
        CHECK(node.value() == numbered(1));
    });
}

TEST_CASE("transport: the queue is bounded by nodes and by bytes", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        common::TaskGroup tasks{meeting.io.get_executor()};
        tasks.spawn(meeting.server.shake_hands(4));
        auto options = meeting.options();
        options.queue_nodes = 3;
        options.queue_bytes = 1'000;
        auto connection = co_await meeting.connect(std::move(options));
        REQUIRE(connection.has_value());
        co_await tasks.join();
        const Node big{"item", {}, Bytes(600, 1)};
        CHECK((*connection)->send(big));
        CHECK((*connection)->send(big).error() == transport::Errc::queue_full);
        CHECK((*connection)->send(numbered(1)));
        CHECK((*connection)->send(numbered(2)));
        CHECK((*connection)->send(numbered(3)).error() == transport::Errc::queue_full);
        const auto flushed = co_await (*connection)->flush();
        CHECK(flushed);
        CHECK((*connection)->send(big));
        CHECK((*connection)->send(numbered(3)));
    });
}
