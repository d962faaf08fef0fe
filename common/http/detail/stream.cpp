#include "common/http/detail/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace common::http::detail {
namespace {

constexpr std::size_t scratch_size = 64U << 10;

/// One read buffer a thread: it is never held across a wait.
std::span<char> scratch() {
    thread_local const auto buffer = std::make_unique<std::array<char, scratch_size>>();
    return *buffer;
}

boost::system::error_code last_system_error() noexcept { return {errno, boost::system::system_category()}; }

bool would_block() noexcept { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

ByteStream::ByteStream(Tcp::socket socket) : socket_{std::move(socket)} {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(Tcp::no_delay{true}, ignored);
    // A peer that vanished without a word is noticed by the system after two minutes.
    const auto set = [&](int level, int option, int value) {
        ::setsockopt(socket_.native_handle(), level, option, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

ByteStream::~ByteStream() = default;

IoResult ByteStream::receive(std::span<char> into) noexcept {
    for (;;) {
        const auto size = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
        if (size > 0) return {Io::done, static_cast<std::size_t>(size)};
        if (size == 0) return {Io::ended, 0};
        if (errno == EINTR) continue;
        if (would_block()) return {Io::wants_read, 0};
        failure_ = last_system_error();
        return {Io::failed, 0};
    }
}

IoResult ByteStream::transmit(std::string_view data) noexcept {
    for (;;) {
        const auto size = ::send(socket_.native_handle(), data.data(), data.size(), MSG_NOSIGNAL);
        if (size >= 0) return {Io::done, static_cast<std::size_t>(size)};
        if (errno == EINTR) continue;
        if (would_block()) return {Io::wants_write, 0};
        failure_ = last_system_error();
        return {Io::failed, 0};
    }
}

IoResult ByteStream::read_some(std::span<char> into) noexcept { return receive(into); }
IoResult ByteStream::write_some(std::string_view data) noexcept { return transmit(data); }
Error ByteStream::failure() const { return Error{failure_}; }

void ByteStream::close() noexcept {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void ByteStream::shutdown_write() noexcept {
    boost::system::error_code ignored;
    socket_.shutdown(Tcp::socket::shutdown_send, ignored);
}

void ByteStream::shutdown_read() noexcept {
    boost::system::error_code ignored;
    socket_.shutdown(Tcp::socket::shutdown_receive, ignored);
}

bool ByteStream::peer_has_closed() noexcept {
    if (!socket_.is_open()) return true;
    pollfd state{};
    state.fd = socket_.native_handle();
    state.events = POLLRDHUP;
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

asio::awaitable<Status> write_all(ByteStream& stream, std::string_view data) {
    while (!data.empty()) {
        const IoResult wrote = stream.write_some(data);
        if (wrote.state == Io::done) {
            data.remove_prefix(wrote.size);
            continue;
        }
        if (wrote.state == Io::failed || wrote.state == Io::ended) co_return stream.failure();
        const auto [code] = co_await stream.wait(wrote.state);
        if (code) co_return Error{code};
    }
    co_return Status{};
}

void Input::use(std::size_t size) noexcept {
    used_ += size;
    if (used_ < bytes_.size()) return;
    std::string{}.swap(bytes_);
    used_ = 0;
}

asio::awaitable<Filled> Input::fill() {
    Io wanted = Io::wants_read;
    bool ready = stream_->has_buffered();
    for (;;) {
        if (!ready) {
            const auto [code] = co_await stream_->wait(wanted);
            if (code) {
                stream_->set_failure(code);
                co_return Filled::failed;
            }
        }
        const auto into = scratch();
        const IoResult got = stream_->read_some(into);
        if (got.state == Io::done) {
            bytes_.erase(0, std::exchange(used_, 0));
            bytes_.append(into.data(), got.size);
            co_return Filled::more;
        }
        if (got.state == Io::ended) co_return Filled::ended;
        if (got.state == Io::failed) co_return Filled::failed;
        wanted = got.state;
        ready = false;
    }
}

Filled Input::fill_now() {
    const auto into = scratch();
    const IoResult got = stream_->read_some(into);
    if (got.state != Io::done) return got.state == Io::failed ? Filled::failed : Filled::ended;
    bytes_.erase(0, std::exchange(used_, 0));
    bytes_.append(into.data(), got.size);
    return Filled::more;
}

std::string Input::release() {
    std::string rest{unread()};
    use(rest.size());
    return rest;
}

}  // namespace common::http::detail
