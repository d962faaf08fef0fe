/// A WebSocket in memory with a server of ours at its other end, and the runner for tests of coroutines.
#pragma once

#include "bridge/whatsapp/noise/frames.hpp"
#include "bridge/whatsapp/noise/handshake.hpp"
#include "bridge/whatsapp/noise/transport_cipher.hpp"
#include "bridge/whatsapp/transport/connection.hpp"
#include "tests/bridge/whatsapp/noise/certificates.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <optional>

namespace tests {

namespace asio = boost::asio;
namespace noise = bridge::whatsapp::noise;
namespace transport = bridge::whatsapp::transport;
using bridge::whatsapp::Node;
using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;

/// What the two ends share.
struct Wire {
    explicit Wire(const asio::any_io_executor& executor) : up{executor, 100'000}, down{executor, 100'000} {}
    common::Channel<Bytes> up;
    common::Channel<common::http::WsMessage> down;
    std::optional<std::uint16_t> close_code;
    bool broken{false};  ///< writes of the client fail
    bool held{false};    ///< writes of the client wait
};

class FakeSocket final : public common::http::WebSocket {
public:
    explicit FakeSocket(std::shared_ptr<Wire> wire) : wire_{std::move(wire)} {}

    asio::awaitable<Result<common::http::WsMessage>> receive() override {
        auto message = co_await wire_->down.receive();
        if (!message && wire_->down.is_closed()) co_return common::http::WsErrc::closed;
        co_return message;
    }
    asio::awaitable<Status> send_text(std::string_view) override { co_return common::http::WsErrc::protocol_error; }
    asio::awaitable<Status> send_binary(ByteView data) override {
        while (wire_->held && !wire_->down.is_closed()) {
            const auto slept = co_await common::sleep_for(std::chrono::milliseconds{1});
            if (!slept) co_return slept.error();
        }
        if (wire_->broken || !wire_->up.try_send(common::to_bytes(data))) {
            wire_->down.close();
            co_return common::http::WsErrc::closed;
        }
        co_return Status{};
    }
    asio::awaitable<Status> ping() override { co_return Status{}; }
    asio::awaitable<void> close(std::uint16_t code, std::string_view) override {
        if (!wire_->close_code) wire_->close_code = code;
        wire_->down.close();
        wire_->up.close();
        co_return;
    }
    bool push(std::shared_ptr<const std::string>) override { return false; }
    bool closing() const noexcept override { return wire_->down.is_closed(); }

private:
    std::shared_ptr<Wire> wire_;
};

/// The other end: answers the handshake, then reads and writes nodes.
class FakeServer {
public:
    explicit FakeServer(std::shared_ptr<Wire> wire) : wire_{std::move(wire)} {}

    /// Reads intro and hellos; how many bytes stand before the first frame is told by the test.
    asio::awaitable<void> shake_hands(std::size_t intro_size) {
        auto first = co_await wire_->up.receive();
        intro.assign(first->begin(), first->begin() + static_cast<std::ptrdiff_t>(intro_size));
        noise::FrameReader hello_reader;
        hello_reader.feed(ByteView{*first}.subspan(intro_size));
        noise::Responder responder{common::crypto::KeyPair::generate()};
        const Bytes chain = make_chain(root, server_static.public_key);
        const Bytes hello = responder.server_hello(hello_reader.next().value(), server_static, chain).value();
        say(framed(hello));
        auto finish = co_await wire_->up.receive();
        if (!finish) co_return;
        noise::FrameReader finish_reader;
        finish_reader.feed(*finish);
        client = responder.accept_finish(finish_reader.next().value()).value();
        cipher.emplace(responder.split());
    }

    static Bytes framed(ByteView payload) {
        Bytes out;
        noise::append_frame(out, payload).value();
        return out;
    }
    Bytes frame_of(const Node& node) { return framed(cipher->seal(bridge::whatsapp::binary::encode(node)).value()); }
    /// One binary message.
    void say(ByteView bytes) {
        common::http::WsMessage message;
        message.data = common::to_string(bytes);
        REQUIRE(wire_->down.try_send(std::move(message)));
    }
    void say(const Node& node) { say(frame_of(node)); }

    asio::awaitable<Result<Node>> hear() {
        const auto message = co_await wire_->up.receive();
        if (!message) co_return message.error();
        noise::FrameReader reader;
        reader.feed(*message);
        const auto frame = reader.next();
        REQUIRE(frame);
        REQUIRE_FALSE(reader.next());  // one frame a message
        co_return bridge::whatsapp::binary::decode(cipher->open(*frame).value());
    }

    common::crypto::KeyPair root{common::crypto::KeyPair::generate()};
    common::crypto::KeyPair server_static{common::crypto::KeyPair::generate()};
    std::optional<noise::TransportCipher> cipher;
    noise::Responder::Client client;
    Bytes intro;

private:
    std::shared_ptr<Wire> wire_;
};

/// Both ends on one io context, with a fake clock at a time when certificates are valid.
struct Meeting {
    asio::io_context io;
    std::shared_ptr<Wire> wire{std::make_shared<Wire>(io.get_executor())};
    FakeServer server{wire};
    common::FakeClock clock{valid_time};
    common::crypto::KeyPair noise_key{common::crypto::KeyPair::generate()};

    transport::ConnectionOptions options() const {
        transport::ConnectionOptions options;
        options.root_key = server.root.public_key;
        options.handshake_timeout = std::chrono::seconds{5};
        return options;
    }

    asio::awaitable<Result<std::unique_ptr<transport::Connection>>> connect(transport::ConnectionOptions how) {
        std::unique_ptr<common::http::WebSocket> socket = std::make_unique<FakeSocket>(wire);
        co_return co_await transport::Connection::over(
            std::move(socket), std::move(how), noise_key, common::to_bytes("payload"), clock
        );
    }

    /// Runs the test until it ends; fails when it hangs.
    void run(std::function<asio::awaitable<void>()> test) {
        std::exception_ptr failure;
        bool done = false;
        auto ended = [&](std::exception_ptr error) {
            failure = error;
            done = true;
            io.stop();
        };
        asio::co_spawn(io, test(), ended);
        io.run_for(std::chrono::seconds{20});
        if (failure) std::rethrow_exception(failure);
        REQUIRE(done);
    }

    /// The same with a connection that is open already.
    void run_connected(std::function<asio::awaitable<void>(transport::Connection&)> test) {
        run([this, test]() -> asio::awaitable<void> {
            common::TaskGroup tasks{io.get_executor()};
            tasks.spawn(server.shake_hands(4));
            auto connection = co_await connect(options());
            REQUIRE(connection.has_value());
            co_await tasks.join();
            co_await test(**connection);
        });
    }
};

}  // namespace tests
