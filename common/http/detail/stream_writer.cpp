#include "common/http/detail/stream_writer.hpp"

#include "common/http/detail/response_head.hpp"

#include <array>
#include <charconv>

namespace common::http::detail {

asio::awaitable<Status> StreamWriter::start(unsigned status, std::string content_type) {
    status_ = status;
    Response response{status, std::move(content_type), ""};
    response.headers.set("Cache-Control", "no-cache");
    response.headers.set("X-Accel-Buffering", "no");
    HeadOptions options;
    options.body = until_close_ ? BodyKind::until_close : BodyKind::chunked;
    options.keep_alive = keep_alive_ && !until_close_;
    options.date = connection_.server_.date;
    std::string head;
    append_head(head, response, options);
    co_return co_await write_piece(std::move(head));
}

asio::awaitable<Status> StreamWriter::write(std::string data) {
    if (data.empty()) co_return Status{};  // an empty chunk would end the stream
    if (until_close_) co_return co_await write_piece(std::move(data));
    std::array<char, 20> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), data.size(), 16).ptr;
    std::string chunk{size.data(), end};
    chunk.append("\r\n").append(data).append("\r\n");
    co_return co_await write_piece(std::move(chunk));
}

bool StreamWriter::closing() const noexcept { return connection_.gone_ || connection_.server_.draining; }

asio::awaitable<Status> StreamWriter::finish() {
    std::string last;
    if (!until_close_) last = "0\r\n\r\n";
    co_return co_await write_piece(std::move(last));
}

asio::awaitable<Status> StreamWriter::write_piece(std::string piece) {
    const auto written = co_await connection_.write(piece);
    connection_.enter(Connection::Phase::streaming, std::chrono::milliseconds{0});
    co_return written;
}

}  // namespace common::http::detail
