#include "common/http/websocket.hpp"

#include "common/crypto/crypto.hpp"
#include "common/http/detail/dial.hpp"
#include "common/http/detail/parser.hpp"
#include "common/http/detail/text.hpp"
#include "common/http/detail/ws_connection.hpp"

namespace common::http {
namespace {

using namespace detail;

std::string upgrade_request(const Target& target, const Headers& headers, const std::string& key) {
    std::string out =
        "GET " + target.path + " HTTP/1.1\r\nHost: " + target.authority +
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key +
        "\r\n";
    for (const auto& [name, value] : headers.all()) out.append(name).append(": ").append(value).append("\r\n");
    return out + "\r\n";
}

/// Whether the answer opens the WebSocket that was asked for (RFC 6455 section 4.1).
Status check_answer(const Parser& answer, const std::string& key) {
    if (answer.status != 101) return Error{WsErrc::refused, std::to_string(answer.status)};
    const auto is = [&](std::string_view name, std::string_view token) {
        const auto value = answer.headers.find(name);
        return value && has_token(*value, token);
    };
    if (!is("Upgrade", "websocket") || !is("Connection", "upgrade"))
        return Error{WsErrc::refused, "101 without upgrade"};
    if (answer.headers.find("Sec-WebSocket-Accept") != accept_value(key)) {
        return Error{WsErrc::refused, "101 with a wrong Sec-WebSocket-Accept"};
    }
    if (answer.headers.find("Sec-WebSocket-Extensions")) return Error{WsErrc::refused, "101 with an extension"};
    return {};
}

asio::awaitable<Result<std::unique_ptr<WebSocket>>> open(WsClientOptions options, Target target) {
    std::shared_ptr<TlsContext> context;
    if (target.tls) {
        auto made = TlsContext::for_client(options.ca_file);
        if (!made) co_return made.error();
        context = std::move(*made);
    }
    auto stream = co_await dial(target, context);
    if (!stream) co_return stream.error();

    const std::string key = to_base64(crypto::random_bytes(16));
    const std::string request = upgrade_request(target, options.headers, key);
    const auto sent = co_await write_all(**stream, request);
    if (!sent) co_return sent.error().within("ask for the upgrade");

    Parser answer{Parser::For::response_without_body};
    Input input{**stream};
    while (!answer.done()) {
        const auto filled = co_await input.fill();
        if (filled == Filled::failed) co_return input.failure().within("read the upgrade's answer");
        if (filled == Filled::ended) co_return Error{HttpErrc::connection_lost, "before the upgrade's answer"};
        input.use(answer.put(input.unread()));
        if (answer.problem()) co_return Error{HttpErrc::bad_message, answer.problem()->what};
    }
    const auto accepted = check_answer(answer, key);
    if (!accepted) co_return accepted.error();
    co_return std::make_unique<WsConnection>(std::move(*stream), Role::client, options.max_message, input.release());
}

}  // namespace

ErrcInfo describe(WsErrc code) noexcept {
    switch (code) {
        case WsErrc::closed: return {Kind::unavailable, "WebSocket is closed"};
        case WsErrc::protocol_error: return {Kind::invalid, "WebSocket protocol error"};
        case WsErrc::message_too_large: return {Kind::invalid, "WebSocket message is too large"};
        case WsErrc::not_utf8: return {Kind::invalid, "WebSocket text is not UTF-8"};
        case WsErrc::refused: return {Kind::unavailable, "WebSocket was refused"};
    }
    return {Kind::internal, "unknown WebSocket error"};
}

std::string encode_text_frame(std::string_view text) {
    std::string frame;
    append_frame(frame, Opcode::text, text, std::nullopt);
    return frame;
}

asio::awaitable<Status> WebSocket::send_binaries(const std::vector<Bytes>& messages) {
    for (const Bytes& message : messages) {
        const auto sent = co_await send_binary(message);
        if (!sent) co_return sent;
    }
    co_return Status{};
}

asio::awaitable<Result<std::unique_ptr<WebSocket>>> connect_websocket(WsClientOptions options) {
    auto target = parse_url(options.url, "ws", "wss");
    if (!target) co_return target.error();
    const auto limit = options.connect_timeout;
    auto opening = open(std::move(options), std::move(*target));
    co_return co_await with_timeout(limit, std::move(opening));
}

}  // namespace common::http
