#include "common/http/detail/dial.hpp"

#include "common/http/message.hpp"
#include "common/http/url.hpp"

#include <boost/asio/connect.hpp>

namespace common::http::detail {
namespace {

/// How long one of several addresses may take before the next one has its turn.
constexpr std::chrono::seconds address_limit{5};

asio::awaitable<Result<Tcp::socket>> connect_to(Tcp::endpoint endpoint) {
    Tcp::socket socket{co_await asio::this_coro::executor};
    const auto [code] = co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
    if (code) co_return Error{code};
    co_return std::move(socket);
}

asio::awaitable<Result<std::vector<Tcp::endpoint>>> resolve(std::string host, std::uint16_t port) {
    boost::system::error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    std::vector<Tcp::endpoint> endpoints;
    if (!not_an_address) {
        endpoints.emplace_back(address, port);
        co_return endpoints;
    }
    Tcp::resolver resolver{co_await asio::this_coro::executor};
    const std::string service = std::to_string(port);
    const auto [code, found] = co_await resolver.async_resolve(host, service, asio::as_tuple(asio::use_awaitable));
    if (code) co_return Error{code}.within("resolve " + host);
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
    co_return endpoints;
}

asio::awaitable<Result<Tcp::socket>> connect_any(std::vector<Tcp::endpoint> endpoints) {
    Error last{common::Errc::unavailable, "no address"};
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        auto attempt = connect_to(endpoints[i]);
        if (i + 1 < endpoints.size()) attempt = with_timeout(address_limit, std::move(attempt));
        auto socket = co_await std::move(attempt);
        if (socket) co_return socket;
        last = socket.error();
    }
    co_return last;
}

}  // namespace

Result<Target> parse_url(std::string_view text, std::string_view plain, std::string_view secure) {
    auto url = http::parse_url(text);
    if (!url) return url.error();
    Target target;
    target.tls = url->scheme == secure;
    if (!target.tls && url->scheme != plain) return Error{HttpErrc::bad_url, "scheme of " + std::string{text}};
    target.host = std::move(url->host);
    target.port = url->port;
    target.authority = std::move(url->authority);
    target.path = std::move(url->target);
    return target;
}

asio::awaitable<Result<std::unique_ptr<ByteStream>>> dial(
    Target target, std::shared_ptr<TlsContext> context, AddressFilter allow
) {
    auto endpoints = co_await resolve(target.host, target.port);
    if (!endpoints) co_return endpoints.error();
    if (allow) {
        std::erase_if(*endpoints, [&](const Tcp::endpoint& endpoint) { return !allow(endpoint.address()); });
        if (endpoints->empty()) co_return Error{HttpErrc::address_refused, target.authority};
    }
    auto socket = co_await connect_any(std::move(*endpoints));
    if (!socket) co_return socket.error().within("connect to " + target.authority);
    if (!target.tls) co_return std::make_unique<ByteStream>(std::move(*socket));
    auto stream = std::make_unique<TlsStream>(std::move(*socket), *context, target.host);
    const auto shaken = co_await stream->handshake();
    if (!shaken) co_return shaken.error().within("TLS with " + target.authority);
    co_return std::unique_ptr<ByteStream>{std::move(stream)};
}

}  // namespace common::http::detail
