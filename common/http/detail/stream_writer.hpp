/// A response written piece by piece on a server's connection.
#pragma once

#include "common/http/detail/connection.hpp"

namespace common::http::detail {

class StreamWriter final : public ResponseStream {
public:
    StreamWriter(Connection& connection, bool http_1_0, bool keep_alive) noexcept
        : connection_{connection}, until_close_{http_1_0}, keep_alive_{keep_alive} {}

    asio::awaitable<Status> start(unsigned status, std::string content_type) override;
    asio::awaitable<Status> write(std::string data) override;
    bool closing() const noexcept override;

    /// The last chunk.
    asio::awaitable<Status> finish();
    bool started() const noexcept { return status_ != 0; }
    unsigned status() const noexcept { return status_; }
    bool until_close() const noexcept { return until_close_; }

private:
    asio::awaitable<Status> write_piece(std::string piece);

    Connection& connection_;
    bool until_close_;  ///< HTTP/1.0 knows no chunks
    bool keep_alive_;
    unsigned status_{0};
};

}  // namespace common::http::detail
