// Bodies that pass through a connection piece by piece: requests that are uploads, responses from a source.

#include "common/http/detail/connection.hpp"
#include "common/http/detail/exchange.hpp"
#include "common/http/detail/response_head.hpp"
#include "common/http/detail/text.hpp"
#include "common/log/log.hpp"

#include <array>
#include <charconv>

namespace common::http::detail {

/// The rest of the request of an exchange.
class BodyReader final : public RequestBody {
public:
    BodyReader(Connection& connection, Parser& parser, bool asks_first) noexcept
        : connection_{connection}, parser_{parser}, asks_first_{asks_first} {}

    std::optional<std::uint64_t> size() const override { return parser_.content_length(); }
    asio::awaitable<Result<std::string>> read() override;

private:
    asio::awaitable<Status> more();

    Connection& connection_;
    Parser& parser_;
    bool asks_first_;  ///< waits for "100 Continue"
};

asio::awaitable<Result<std::string>> BodyReader::read() {
    Input& input = connection_.input_;
    for (;;) {
        input.use(parser_.put(input.unread()));
        if (const auto& problem = parser_.problem()) {
            if (problem->status == 413) co_return Error{common::Errc::too_large, "request body"};
            co_return Error{HttpErrc::bad_message, problem->what};
        }
        if (!parser_.body.empty()) co_return std::exchange(parser_.body, {});
        if (parser_.done()) co_return std::string{};
        const auto got = co_await more();
        if (!got) co_return got.error();
    }
}

asio::awaitable<Status> BodyReader::more() {
    if (std::exchange(asks_first_, false)) {
        const auto told = co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!told) co_return told.error();
    }
    connection_.enter(Connection::Phase::uploading, connection_.server_.options.body_timeout);
    const auto filled = co_await connection_.input_.fill();
    connection_.enter(Connection::Phase::streaming, no_limit);
    if (filled == Filled::more) co_return Status{};
    if (connection_.expired_) co_return Error{common::Errc::timed_out, "request body"};
    if (filled == Filled::failed) co_return connection_.input_.failure();
    connection_.gone_ = true;
    co_return Error{HttpErrc::connection_lost, "within the request's body"};
}

asio::awaitable<bool> Connection::run_upload(Exchange& now, const UploadRoute& route) {
    Parser& parser = now.parser;
    parser.limit_body(route.max_body);
    const auto expectation = now.request.headers.find("Expect");
    if (!parser.problem() && expectation && !iequals(*expectation, "100-continue")) {
        co_return co_await refuse(now, detail_response(417, "unknown expectation"));
    }
    std::optional<Result<Response>> result;
    std::exception_ptr failure;
    if (!parser.problem()) {
        enter(Phase::streaming, no_limit);
        const bool asks_first = expectation && !parser.is_http_1_0() && input_.unread().empty();
        BodyReader body{*this, parser, asks_first};
        try {
            auto outcome = co_await route.handler(now.request, body);
            result.emplace(std::move(outcome));
        } catch (...) {
            failure = std::current_exception();
        }
    }
    if (parser.problem()) {
        co_return co_await refuse(now, detail_response(parser.problem()->status, parser.problem()->what));
    }
    if (std::exchange(expired_, false)) {
        co_return co_await refuse(now, detail_response(408, "the request took too long to arrive"));
    }
    auto response = settle(now, std::move(result), failure);
    if (!response) co_return false;
    if (!parser.done()) co_return co_await refuse(now, std::move(*response));
    co_return co_await respond(now, std::move(*response));
}

asio::awaitable<bool> Connection::respond_from_source(Exchange& now, Response response) {
    const auto source = std::move(response.source);
    const bool chunked = !source->size && !now.parser.is_http_1_0();
    const bool keep_alive = now.keep_alive && !server_.draining && (chunked || source->size);
    HeadOptions options;
    options.keep_alive = keep_alive;
    options.http_1_0 = now.parser.is_http_1_0();
    options.date = server_.date;
    options.length = source->size;
    if (!source->size) options.body = chunked ? BodyKind::chunked : BodyKind::until_close;
    std::string head;
    append_head(head, response, options);
    auto written = co_await write(head);
    const bool with_body = now.request.method != "HEAD";
    std::uint64_t sent = 0;
    while (written && with_body) {
        enter(Phase::streaming, no_limit);
        auto piece = co_await source->read();
        const bool ended = piece && piece->empty();
        if (ended && sent == source->size.value_or(sent)) break;
        if (!piece || ended || (source->size && sent + piece->size() > *source->size)) {
            // The length has been promised: all that is left is to break off, which the client can tell.
            if (!gone_) log::warn("a response broke off", {{"why", piece ? "length" : piece.error().message()}});
            written = Error{HttpErrc::connection_lost};
            break;
        }
        sent += piece->size();
        if (chunked) {
            std::array<char, 20> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), piece->size(), 16).ptr;
            piece->insert(0, std::string{digits.data(), end} + "\r\n").append("\r\n");
        }
        written = co_await write(*piece);
    }
    if (written && with_body && chunked) written = co_await write("0\r\n\r\n");
    observe(now, response.status);
    co_return written.has_value() && keep_alive;
}

}  // namespace common::http::detail
