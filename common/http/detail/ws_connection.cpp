#include "common/http/detail/ws_connection.hpp"

#include "common/crypto/crypto.hpp"

namespace common::http::detail {
namespace {

constexpr std::size_t max_queued = 256U << 10;
constexpr std::chrono::seconds write_deadline{30};
constexpr std::chrono::seconds close_wait{2};

/// Sets a flag for the length of a scope.
class Raised {
public:
    explicit Raised(bool& flag) noexcept : flag_{flag} { flag_ = true; }
    Raised(const Raised&) = delete;
    Raised& operator=(const Raised&) = delete;
    ~Raised() { flag_ = false; }

private:
    bool& flag_;
};

}  // namespace

struct WsConnection::Queue {
    explicit Queue(const asio::any_io_executor& executor) : emptied{executor} {}
    std::deque<std::shared_ptr<const std::string>> frames;
    std::size_t written{0};  ///< of the first frame
    std::size_t size{0};     ///< bytes not written yet
    Event emptied;
};

WsConnection::WsConnection(std::unique_ptr<ByteStream> stream, Role role, std::size_t max_message, std::string early)
    : stream_{std::move(stream)}, input_{*stream_}, reader_{role, max_message}, role_{role} {
    input_.restore(std::move(early));
}

WsConnection::~WsConnection() { stream_->close(); }

std::string WsConnection::frame_of(Opcode opcode, std::string_view payload) const {
    std::string frame;
    if (role_ == Role::client) {
        Mask mask{};
        crypto::random_bytes(mask);
        append_frame(frame, opcode, payload, mask);
    } else {
        append_frame(frame, opcode, payload, std::nullopt);
    }
    return frame;
}

void WsConnection::cut() noexcept {
    gone_ = true;
    stream_->close();
    if (queue_) queue_->emptied.notify();
    if (ended_ != nullptr) ended_->notify();
}

std::optional<std::size_t> WsConnection::write_now(std::string_view data, Io& wanted) noexcept {
    std::size_t written = 0;
    while (written < data.size()) {
        const IoResult wrote = stream_->write_some(data.substr(written));
        if (wrote.state == Io::failed || wrote.state == Io::ended) return std::nullopt;
        wanted = wrote.state;
        if (wrote.state != Io::done) break;
        written += wrote.size;
    }
    return written;
}

bool WsConnection::enqueue(std::shared_ptr<const std::string> frame) {
    if (gone_) return false;
    if (queue_) {
        if (queue_->size + frame->size() > max_queued) {
            cut();
            return false;
        }
        queue_->size += frame->size();
        queue_->frames.push_back(std::move(frame));
        return true;
    }
    Io wanted = Io::wants_write;
    const auto written = write_now(*frame, wanted);
    if (!written) {
        cut();
        return false;
    }
    if (*written < frame->size()) queue_rest(std::move(frame), *written, wanted);
    return true;
}

void WsConnection::queue_rest(std::shared_ptr<const std::string> frame, std::size_t written, Io wanted) {
    queue_ = std::make_shared<Queue>(stream_->socket().get_executor());
    queue_->size = frame->size() - written;
    queue_->written = written;
    queue_->frames.push_back(std::move(frame));
    flush_when_ready(wanted);
}

void WsConnection::flush_when_ready(Io wanted) {
    // The queue dies with the connection or with its last frame: then there is nothing to do any more.
    auto ready = [this, alive = std::weak_ptr{queue_}](const boost::system::error_code& code) {
        if (alive.expired() || gone_) return;
        if (code) return cut();
        flush();
    };
    stream_->on_ready(wanted, std::move(ready));
}

void WsConnection::flush() {
    while (!queue_->frames.empty()) {
        const std::string_view rest = std::string_view{*queue_->frames.front()}.substr(queue_->written);
        Io wanted = Io::wants_write;
        const auto written = write_now(rest, wanted);
        if (!written) return cut();
        queue_->size -= *written;
        queue_->written += *written;
        if (*written < rest.size()) return flush_when_ready(wanted);
        queue_->frames.pop_front();
        queue_->written = 0;
    }
    const auto emptied = std::exchange(queue_, nullptr);
    emptied->emptied.notify();
}

bool WsConnection::push(std::shared_ptr<const std::string> frame) { return !close_sent_ && enqueue(std::move(frame)); }

asio::awaitable<Status> WsConnection::send(std::string frame) {
    if (closing()) co_return WsErrc::closed;
    if (!queue_) {
        Io wanted = Io::wants_write;
        const auto written = write_now(frame, wanted);
        if (!written) {
            const Error why = stream_->failure();
            cut();
            co_return why;
        }
        if (*written == frame.size()) co_return Status{};
        queue_rest(std::make_shared<const std::string>(std::move(frame)), *written, wanted);
    } else {
        // Behind other frames; whoever awaits its turn is not held to the limit for `push`.
        queue_->size += frame.size();
        queue_->frames.push_back(std::make_shared<const std::string>(std::move(frame)));
    }
    // Kept alive here: its event is awaited, and a flush lets go of it.
    const auto queue = queue_;
    while (queue_ == queue && !gone_) {
        const std::size_t before = queue->size;
        const auto waited = co_await queue->emptied.wait(write_deadline);
        if (waited) continue;
        if (waited.error().kind() != Kind::timed_out) co_return waited.error();
        if (queue_ == queue && queue->size >= before) {
            cut();
            co_return Error{common::Errc::timed_out, "the peer does not read"};
        }
    }
    if (gone_) co_return WsErrc::closed;
    co_return Status{};
}

asio::awaitable<Status> WsConnection::send_text(std::string_view text) { return send(frame_of(Opcode::text, text)); }

asio::awaitable<Status> WsConnection::send_binary(ByteView data) {
    return send(frame_of(Opcode::binary, as_text(data)));
}

asio::awaitable<Status> WsConnection::send_binaries(const std::vector<Bytes>& messages) {
    std::vector<Mask> masks(role_ == Role::client ? messages.size() : 0);
    crypto::random_bytes({reinterpret_cast<std::uint8_t*>(masks.data()), masks.size() * sizeof(Mask)});
    std::string frames;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto mask = masks.empty() ? std::nullopt : std::optional{masks[i]};
        append_frame(frames, Opcode::binary, as_text(messages[i]), mask);
    }
    return send(std::move(frames));
}

asio::awaitable<Status> WsConnection::ping() { return send(frame_of(Opcode::ping, {})); }

void WsConnection::begin_close(std::uint16_t code, std::string_view reason) {
    if (closing()) return;
    close_sent_ = true;
    enqueue(std::make_shared<const std::string>(frame_of(Opcode::close, close_payload(code, reason))));
}

Result<std::optional<FrameEvent>> WsConnection::next_event() {
    std::string_view bytes = input_.unread();
    const std::size_t before = bytes.size();
    auto event = reader_.next(bytes);
    input_.use(before - bytes.size());
    return event;
}

/// What an event means to the one who receives; nothing for what is answered here.
std::optional<Result<WsMessage>> WsConnection::handle(FrameEvent event) {
    switch (event.kind) {
        case Opcode::ping:
            if (!close_sent_) enqueue(std::make_shared<const std::string>(frame_of(Opcode::pong, event.data)));
            return std::nullopt;
        case Opcode::close: {
            close_received_ = true;
            begin_close(event.close_code == 1005 ? 1000 : event.close_code, {});
            if (ended_ != nullptr) ended_->notify();
            return Result<WsMessage>{Error{WsErrc::closed, "code " + std::to_string(event.close_code)}};
        }
        case Opcode::text:
        case Opcode::binary: return WsMessage{event.kind == Opcode::text, std::move(event.data)};
        default: return std::nullopt;
    }
}

/// The next message that has already arrived, or why there will be none.
std::optional<Result<WsMessage>> WsConnection::take_message() {
    while (!close_received_ && !gone_) {
        auto event = next_event();
        if (!event) {
            // The peer is told why and asked nothing more.
            begin_close(close_code_for(event.error()), event.error().text());
            close_received_ = true;
            stream_->shutdown_write();
            return Result<WsMessage>{event.error()};
        }
        if (!*event) return std::nullopt;
        if (auto outcome = handle(std::move(**event))) return outcome;
    }
    return Result<WsMessage>{WsErrc::closed};
}

/// What a wait for bytes came to, when it brought none.
std::optional<Result<WsMessage>> WsConnection::lost(Filled filled) {
    if (gone_) return Result<WsMessage>{WsErrc::closed};
    if (filled == Filled::more) return std::nullopt;
    if (filled == Filled::ended) {
        cut();
        return Result<WsMessage>{Error{common::Errc::unavailable, "connection ended without a close frame"}};
    }
    // When the caller was cancelled, the connection is as it was.
    const Error why = input_.failure();
    if (why.kind() != Kind::cancelled) cut();
    return Result<WsMessage>{why};
}

// What runs between two waits is in functions of its own: an idle connection pays for every local of this one.
asio::awaitable<Result<WsMessage>> WsConnection::receive() {
    const Raised reading{reading_};
    auto outcome = take_message();
    while (!outcome) {
        const auto filled = co_await input_.fill();
        outcome = lost(filled);
        if (!outcome) outcome = take_message();
    }
    co_return std::move(*outcome);
}

asio::awaitable<void> WsConnection::close(std::uint16_t code, std::string_view reason) {
    begin_close(code, reason);
    if (!close_received_ && !gone_) {
        if (reading_) {
            Event ended{stream_->socket().get_executor()};
            ended_ = &ended;
            const auto waited = co_await ended.wait(close_wait);
            (void)waited;  // answered or not, this is the end
            ended_ = nullptr;
        } else {
            auto drain = [](WsConnection& self) -> asio::awaitable<Status> {
                for (;;) {
                    const auto message = co_await self.receive();
                    if (!message) co_return message.error();
                }
            };
            const auto waited = co_await with_timeout(close_wait, drain(*this));
            (void)waited;
        }
    }
    cut();
}

}  // namespace common::http::detail
