#include "bridge/whatsapp/transport/connection.hpp"

#include "bridge/whatsapp/noise/frames.hpp"
#include "bridge/whatsapp/noise/transport_cipher.hpp"
#include "bridge/whatsapp/transport/detail/handshake.hpp"
#include "common/log/log.hpp"

#include <optional>
#include <stdexcept>

namespace bridge::whatsapp::transport {

namespace {

constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t protocol_error = 1002;
/// Nodes handed out without a pause; then other coroutines of the thread get their turn.
constexpr std::size_t burst = 64;
/// Nodes of this size together are a write of their own.
constexpr std::size_t write_bytes = 64 * 1024;

}  // namespace

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::closed: return {Kind::unavailable, "connection to WhatsApp is closed"};
        case Errc::queue_full: return {Kind::unavailable, "too much is waiting to be sent to WhatsApp"};
        case Errc::unsendable: return {Kind::internal, "node does not fit the wire format"};
        case Errc::insecure_url: return {Kind::invalid, "only wss://, or ws:// on this machine, leads to WhatsApp"};
    }
    return {Kind::internal, "unknown connection error"};
}

struct Connection::State {
    State(
        const asio::any_io_executor& executor,
        std::unique_ptr<common::http::WebSocket> ws,
        noise::TransportCipher keys,
        noise::FrameReader early,
        const ConnectionOptions& options,
        const common::Clock& time
    )
        : socket{std::move(ws)},
          cipher{std::move(keys)},
          frames{std::move(early)},
          limits{options.limits},
          queue_bytes{options.queue_bytes},
          close_timeout{options.close_timeout},
          clock{time},
          last_received{time.now_ms()},
          outgoing{executor, options.queue_nodes},
          progress{executor} {}

    /// Keeps the first reason; nothing more is queued.
    void end(common::Error why) {
        if (!ended) ended = std::move(why);
        outgoing.close();
        progress.notify();
    }

    std::unique_ptr<common::http::WebSocket> socket;
    noise::TransportCipher cipher;
    noise::FrameReader frames;
    binary::Limits limits;
    std::size_t queue_bytes;
    std::chrono::milliseconds close_timeout;
    const common::Clock& clock;
    common::UnixMillis last_received;
    common::Channel<Bytes> outgoing;  // encoded nodes, not yet encrypted
    std::size_t waiting_bytes{0};
    std::uint64_t queued{0};
    std::uint64_t written{0};
    common::Event progress;  // something was written, or the connection ended
    std::optional<common::Error> ended;
    std::size_t handed_out{0};
};

asio::awaitable<Result<std::unique_ptr<Connection>>> Connection::open(
    ConnectionOptions options,
    const common::crypto::KeyPair& noise_key,
    Bytes client_payload,
    const common::Clock& clock
) {
    if (!detail::is_safe_url(options.url)) co_return Errc::insecure_url;
    common::http::WsClientOptions how;
    how.url = options.url;
    how.ca_file = options.ca_file;
    how.connect_timeout = options.connect_timeout;
    how.headers.set("Origin", options.origin);
    how.headers.set("Cache-Control", "no-cache");
    how.headers.set("Pragma", "no-cache");
    auto socket = co_await common::http::connect_websocket(std::move(how));
    if (!socket) co_return socket.error().within("connect to WhatsApp");
    co_return co_await over(std::move(*socket), std::move(options), noise_key, std::move(client_payload), clock);
}

asio::awaitable<Result<std::unique_ptr<Connection>>> Connection::over(
    std::unique_ptr<common::http::WebSocket> socket,
    ConnectionOptions options,
    const common::crypto::KeyPair& noise_key,
    Bytes client_payload,
    const common::Clock& clock
) {
    noise::FrameReader frames;
    auto handshake = detail::shake_hands(*socket, frames, options, noise_key, client_payload, clock);
    auto cipher = co_await common::with_timeout(options.handshake_timeout, std::move(handshake));
    if (!cipher) {
        if (cipher.error().kind() != common::Kind::cancelled) co_await socket->close(protocol_error, {});
        co_return cipher.error().within("handshake with WhatsApp");
    }
    const auto executor = co_await asio::this_coro::executor;
    auto state =
        std::make_shared<State>(executor, std::move(socket), std::move(*cipher), std::move(frames), options, clock);
    co_return std::unique_ptr<Connection>{new Connection{executor, std::move(state)}};
}

Connection::Connection(const asio::any_io_executor& executor, std::shared_ptr<State> state)
    : state_{std::move(state)}, tasks_{executor} {
    tasks_.spawn(write_queue(state_));
}

Connection::~Connection() { state_->end(Errc::closed); }

Status Connection::send(Node node) {
    State& state = *state_;
    if (state.ended || state.outgoing.is_closed()) return Errc::closed;
    Bytes plain;
    try {
        plain = binary::encode(node);
    } catch (const std::length_error& error) {
        return common::Error{Errc::unsendable, error.what()};
    }
    const std::size_t size = plain.size();
    if (state.waiting_bytes + size > state.queue_bytes || !state.outgoing.try_send(std::move(plain))) {
        return Errc::queue_full;
    }
    state.waiting_bytes += size;
    ++state.queued;
    return {};
}

// The only place that encrypts: counters follow the order on the wire.
asio::awaitable<void> Connection::write_queue(std::shared_ptr<State> state) {
    for (;;) {
        const auto first = co_await state->outgoing.receive();
        if (!first) co_return;
        std::vector<Bytes> frames;
        std::size_t plain_bytes = 0;
        // Whatever waits goes in one write, a frame each.
        for (std::optional<Bytes> plain{*first}; plain; plain = state->outgoing.try_receive()) {
            auto sealed = state->cipher.seal(*plain);
            if (!sealed) co_return state->end(sealed.error().within("send"));
            Bytes frame;
            if (auto framed = noise::append_frame(frame, *sealed); !framed)
                co_return state->end(framed.error().within("send"));
            frames.push_back(std::move(frame));
            plain_bytes += plain->size();
            if (plain_bytes >= write_bytes) break;
        }
        const auto sent = co_await state->socket->send_binaries(frames);
        if (!sent) co_return state->end(sent.error().within("send"));
        state->waiting_bytes -= plain_bytes;
        state->written += frames.size();
        state->progress.notify();
    }
}

asio::awaitable<Result<Node>> Connection::receive() {
    State& state = *state_;
    if (++state.handed_out % burst == 0) {
        const auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
    }
    for (;;) {
        while (const auto frame = state.frames.next()) {
            const auto plain = state.cipher.open(*frame);
            if (!plain) {
                state.end(plain.error().within("receive"));
                co_return *state.ended;
            }
            auto node = binary::decode(*plain, state.limits);
            if (node) co_return node;
            common::log::warn("dropped a node", {{"why", node.error().message()}, {"bytes", plain->size()}});
        }
        if (state.ended) co_return *state.ended;
        auto message = co_await state.socket->receive();
        if (!message) {
            if (message.error().kind() == common::Kind::cancelled) co_return message.error();
            state.end(message.error().within("receive"));
            co_return *state.ended;
        }
        if (message->is_text) continue;
        state.last_received = state.clock.now_ms();
        state.frames.feed(common::as_bytes(message->data));
    }
}

asio::awaitable<Status> Connection::flush() {
    State& state = *state_;
    const std::uint64_t target = state.queued;
    while (state.written < target) {
        if (state.ended) co_return *state.ended;
        const auto waited = co_await state.progress.wait(std::chrono::minutes{1});
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited.error();
    }
    co_return Status{};
}

asio::awaitable<Status> Connection::close() {
    State& state = *state_;
    state.outgoing.close();
    auto flushing = flush();
    const auto flushed = co_await common::with_timeout(state.close_timeout, std::move(flushing));
    if (!state.ended) state.end(Errc::closed);
    co_await state.socket->close(normal_closure, {});
    tasks_.cancel();
    co_await tasks_.join();
    co_return flushed;
}

common::UnixMillis Connection::last_received() const noexcept { return state_->last_received; }

}  // namespace bridge::whatsapp::transport
