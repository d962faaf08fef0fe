#include "tests/bridge/whatsapp/transport/fake_server.hpp"
#include "tests/support/print.hpp"

using namespace bridge::whatsapp;
using namespace tests;

namespace {

const Node ping{"iq", {{"id", "1"}}};

}  // namespace

TEST_CASE("transport: a server with another root is refused", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        common::TaskGroup tasks{meeting.io.get_executor()};
        tasks.spawn(meeting.server.shake_hands(4));
        auto options = meeting.options();
        options.root_key = noise::whatsapp_root;
        const auto connection = co_await meeting.connect(std::move(options));
        REQUIRE(connection.has_error());
        CHECK(connection.error() == noise::CertificateErrc::intermediate_signature);
        CHECK(meeting.wire->close_code == 1002);
        co_await tasks.join();
    });
}

TEST_CASE("transport: a server that does not answer the handshake is given up", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        auto options = meeting.options();
        options.handshake_timeout = std::chrono::milliseconds{20};
        const auto connection = co_await meeting.connect(std::move(options));
        REQUIRE(connection.has_error());
        CHECK(connection.error().kind() == common::Kind::timed_out);
    });
}

TEST_CASE("transport: a server that closes during the handshake is an error", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        meeting.wire->down.close();
        const auto connection = co_await meeting.connect(meeting.options());
        REQUIRE(connection.has_error());
        CHECK(connection.error() == common::http::WsErrc::closed);
    });
}

TEST_CASE("transport: a frame that does not decrypt ends the connection", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        Bytes frame = meeting.server.frame_of(ping);
        frame.back() ^= 1;
        meeting.server.say(frame);
        meeting.server.say(ping);
        for (int i = 0; i < 2; ++i) {
            const auto node = co_await connection.receive();
            REQUIRE(node.has_error());
            CHECK(node.error() == noise::Errc::not_authentic);
        }
        CHECK(connection.send(ping).error() == transport::Errc::closed);
    });
}

TEST_CASE("transport: what arrived before the server closed is received first", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        meeting.server.say(ping);
        meeting.wire->down.close();
        const auto node = co_await connection.receive();
        CHECK(node.value() == ping);
        const auto end = co_await connection.receive();
        REQUIRE(end.has_error());
        CHECK(end.error() == common::http::WsErrc::closed);
        CHECK(connection.send(ping).error() == transport::Errc::closed);
    });
}

TEST_CASE("transport: a failed write ends flush and receive", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        meeting.wire->broken = true;
        REQUIRE(connection.send(ping));
        const auto flushed = co_await connection.flush();
        CHECK(flushed.has_error());
        const auto node = co_await connection.receive();
        CHECK(node.has_error());
    });
}

TEST_CASE("transport: close sends what is queued, then says goodbye", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        common::TaskGroup tasks{meeting.io.get_executor()};
        bool reader_ended = false;
        auto read = [&]() -> asio::awaitable<void> {
            const auto node = co_await connection.receive();
            CHECK(node.error() == transport::Errc::closed);
            reader_ended = true;
        };
        tasks.spawn(read());
        for (int i = 0; i < 50; ++i) CHECK(connection.send(ping));
        const auto closed = co_await connection.close();
        CHECK(closed);
        co_await tasks.join();
        CHECK(reader_ended);
        CHECK(meeting.wire->up.size() == 50);
        CHECK(meeting.wire->close_code == 1000);
        CHECK(connection.send(ping).error() == transport::Errc::closed);
        const auto again = co_await connection.close();
        CHECK(again);
    });
}

TEST_CASE("transport: close gives up on a peer that takes nothing", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        common::TaskGroup tasks{meeting.io.get_executor()};
        tasks.spawn(meeting.server.shake_hands(4));
        auto options = meeting.options();
        options.close_timeout = std::chrono::milliseconds{20};
        auto connection = co_await meeting.connect(std::move(options));
        REQUIRE(connection.has_value());
        co_await tasks.join();
        meeting.wire->held = true;
        CHECK((*connection)->send(ping));
        const auto closed = co_await (*connection)->close();
        REQUIRE(closed.has_error());
        CHECK(closed.error().kind() == common::Kind::timed_out);
    });
}

TEST_CASE("transport: a cancelled wait for a node changes nothing", "[transport]") {
    Meeting meeting;
    meeting.run_connected([&](transport::Connection& connection) -> asio::awaitable<void> {
        auto waiting = connection.receive();
        const auto late = co_await common::with_timeout(std::chrono::milliseconds{5}, std::move(waiting));
        REQUIRE(late.has_error());
        CHECK(late.error().kind() == common::Kind::timed_out);
        meeting.server.say(ping);
        const auto node = co_await connection.receive();
        CHECK(node.value() == ping);
    });
}

TEST_CASE("transport: a connection may go without being closed, with nodes still queued", "[transport]") {
    Meeting meeting;
    meeting.run([&]() -> asio::awaitable<void> {
        common::TaskGroup tasks{meeting.io.get_executor()};
        tasks.spawn(meeting.server.shake_hands(4));
        auto connection = co_await meeting.connect(meeting.options());
        REQUIRE(connection.has_value());
        co_await tasks.join();
        meeting.wire->held = true;
        for (int i = 0; i < 10; ++i) CHECK((*connection)->send(ping));
        connection->reset();
        const auto slept = co_await common::sleep_for(std::chrono::milliseconds{5});
        CHECK(slept);
        CHECK(meeting.wire.use_count() <= 2);  // the test's and the server's: the socket is gone
    });
}
