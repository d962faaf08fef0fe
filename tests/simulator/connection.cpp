#include "tests/simulator/connection.hpp"

#include "bridge/whatsapp/binary/codec.hpp"
#include "common/log/log.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <variant>

namespace simulator {

namespace asio = common::asio;
namespace binary = bridge::whatsapp::binary;

namespace {
constexpr auto forever = std::chrono::hours{24};
constexpr auto farewell = std::chrono::milliseconds{200};
constexpr std::size_t write_bytes = 64U << 10;
constexpr std::size_t most_queued = 256U << 20;  // a client that does not read is cut off
}  // namespace

Connection::Connection(
    asio::any_io_executor executor,
    common::http::WebSocket& socket,
    const NoiseIdentity& identity,
    ConnectionEvents& events
)
    : executor_{executor},
      socket_{socket},
      identity_{identity},
      events_{events},
      writable_{executor},
      dropped_{executor} {}

asio::awaitable<void> Connection::run() {
    using namespace asio::experimental::awaitable_operators;
    const auto ended = co_await (read() || write() || wait_for_drop());
    const auto why = std::visit([](const Result<void>& result) { return result; }, ended);
    if (!why && why.error().kind() != common::Kind::unavailable) {
        common::log::debug("connection ended", {{"why", why.error().message()}});
    }
    if (!dropping_) co_await socket_.close(1000, "");
}

asio::awaitable<Result<void>> Connection::read() {
    while (true) {
        auto message = co_await socket_.receive();
        if (!message) co_return message.error();
        if (message->is_text) continue;
        frames_.feed(common::as_bytes(message->data));
        while (true) {
            auto frame = frames_.next();
            if (!frame) co_return frame.error();
            if (!frame->has_value()) break;
            if (auto taken = take(**frame); !taken) co_return taken.error();
        }
    }
}

Result<void> Connection::take(ByteView frame) {
    switch (stage_) {
        case Stage::hello: {
            auto answer = noise_.accept_hello(frame, identity_, events_.certificate_chain());
            if (!answer) return answer.error().within("client hello");
            queue(framed(*answer));
            stage_ = Stage::finish;
            return {};
        }
        case Stage::finish: {
            auto payload = noise_.accept_finish(frame);
            if (!payload) return payload.error().within("client finish");
            stage_ = Stage::open;
            events_.opened(*this, *payload);
            return {};
        }
        case Stage::open: break;
    }
    if (finishing_) return {};
    auto plain = noise_.open(frame);
    if (!plain) return plain.error().within("frame");
    const auto node = binary::decode(*plain);
    if (!node) return node.error().within("node");
    events_.received(*this, *node);
    return {};
}

asio::awaitable<Result<void>> Connection::write() {
    while (true) {
        while (!outgoing_.empty()) {
            std::vector<Bytes> together;
            for (std::size_t size = 0; !outgoing_.empty() && size < write_bytes;) {
                size += outgoing_.front().size();
                queued_bytes_ -= outgoing_.front().size();
                together.push_back(std::move(outgoing_.front()));
                outgoing_.pop_front();
            }
            if (auto sent = co_await socket_.send_binaries(together); !sent) co_return sent.error();
        }
        if (finishing_) {
            // A client may lose what it has read but not handled when the connection closes, so its going comes first.
            (void)co_await common::sleep_for(farewell);
            co_return Result<void>{};
        }
        auto waited = co_await writable_.wait(forever);
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
}

asio::awaitable<Result<void>> Connection::wait_for_drop() {
    while (!dropping_) {
        auto waited = co_await dropped_.wait(forever);
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
    co_return Result<void>{};
}

void Connection::send(const binary::Node& node) { send_plaintext(binary::encode(node)); }

void Connection::send_plaintext(ByteView plaintext) {
    if (stage_ == Stage::open) queue(framed(noise_.seal(plaintext)));
}

void Connection::send_garbage(ByteView frame) { queue(framed(frame)); }

void Connection::queue(Bytes bytes) {
    if (finishing_) return;
    queued_bytes_ += bytes.size();
    if (queued_bytes_ > most_queued) return drop();
    outgoing_.push_back(std::move(bytes));
    writable_.notify();
}

void Connection::finish() {
    finishing_ = true;
    writable_.notify();
}

void Connection::drop() {
    dropping_ = true;
    dropped_.notify();
}

}  // namespace simulator
