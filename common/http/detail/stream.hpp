/// The byte streams under HTTP and WebSocket: a TCP socket, plain or under TLS, that never blocks. Reading and writing
/// are plain calls; only waiting for the socket is asynchronous, so that an idle connection holds no buffer.
#pragma once

#include "common/async/async.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <span>
#include <string>
#include <string_view>

namespace common::http::detail {

using Tcp = asio::ip::tcp;

/// What a call reached. `wants_read` and `wants_write` name what to wait for before the same call is made again.
enum class Io { done, wants_read, wants_write, ended, failed };

struct IoResult {
    Io state{Io::failed};
    std::size_t size{0};  ///< bytes moved when `done`
};

/// Plain TCP.
class ByteStream {
public:
    /// Makes the socket non-blocking, without delay for small packets.
    explicit ByteStream(Tcp::socket socket);
    virtual ~ByteStream();
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;

    virtual IoResult read_some(std::span<char> into) noexcept;
    virtual IoResult write_some(std::string_view data) noexcept;
    /// Bytes that came with others and need no wait.
    virtual bool has_buffered() const noexcept { return false; }
    /// Why the last call or wait failed.
    virtual Error failure() const;
    void set_failure(const boost::system::error_code& code) noexcept { failure_ = code; }
    /// Says goodbye (TLS) and closes; waiting coroutines resume with `operation_aborted`.
    virtual void close() noexcept;

    /// `co_await` it for a tuple of an error_code. Level-triggered: returns at once when the socket is ready.
    auto wait(Io wanted) { return socket_.async_wait(wait_type(wanted), asio::as_tuple(asio::use_awaitable)); }
    /// The same for a callback.
    template <class Callback>
    void on_ready(Io wanted, Callback callback) {
        socket_.async_wait(wait_type(wanted), std::move(callback));
    }
    /// No more writing; the peer sees the end and may still be read.
    void shutdown_write() noexcept;
    /// No more reading; whoever waits for bytes sees the end, and answers can still be written.
    void shutdown_read() noexcept;
    bool is_open() const noexcept { return socket_.is_open(); }
    /// The peer closed its sending side or the connection broke; looks without reading.
    bool peer_has_closed() noexcept;
    Tcp::socket& socket() noexcept { return socket_; }

protected:
    IoResult receive(std::span<char> into) noexcept;
    IoResult transmit(std::string_view data) noexcept;

private:
    static Tcp::socket::wait_type wait_type(Io wanted) noexcept {
        return wanted == Io::wants_write ? Tcp::socket::wait_write : Tcp::socket::wait_read;
    }
    Tcp::socket socket_;
    boost::system::error_code failure_;
};

/// Writes all of `data`, which must live until this returns.
asio::awaitable<Status> write_all(ByteStream& stream, std::string_view data);

/// What a wait for more bytes came to.
enum class Filled { more, ended, failed };

/// Bytes read from a stream and not used yet. Holds no memory while it is empty.
class Input {
public:
    explicit Input(ByteStream& stream) noexcept : stream_{&stream} {}
    std::string_view unread() const noexcept { return std::string_view{bytes_}.substr(used_); }
    void use(std::size_t size) noexcept;
    /// Waits for more bytes. Safe to cancel and to call again. Not a `Result`, whose room every idle connection would
    /// pay.
    asio::awaitable<Filled> fill();
    /// Takes what is there without waiting; `ended` also stands for "nothing now".
    Filled fill_now();
    /// Why `fill` failed.
    Error failure() const { return stream_->failure(); }
    /// Takes the unread bytes over to another reader of the stream.
    std::string release();
    void restore(std::string bytes) { bytes_ = std::move(bytes); }

private:
    ByteStream* stream_;
    std::string bytes_;
    std::size_t used_{0};
};

}  // namespace common::http::detail
