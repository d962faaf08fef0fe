#include "bridge/whatsapp/transport/detail/handshake.hpp"

#include "bridge/whatsapp/noise/handshake.hpp"

namespace bridge::whatsapp::transport::detail {

namespace {

asio::awaitable<Result<Bytes>> first_frame(common::http::WebSocket& socket, noise::FrameReader& frames) {
    for (;;) {
        if (const auto frame = frames.next()) co_return common::to_bytes(*frame);
        const auto message = co_await socket.receive();
        if (!message) co_return message.error();
        if (!message->is_text) frames.feed(common::as_bytes(message->data));
    }
}

}  // namespace

asio::awaitable<Result<noise::TransportCipher>> shake_hands(
    common::http::WebSocket& socket,
    noise::FrameReader& frames,
    const ConnectionOptions& options,
    const common::crypto::KeyPair& noise_key,
    const Bytes& client_payload,
    const common::Clock& clock
) {
    noise::Initiator initiator{common::crypto::KeyPair::generate()};
    auto opening = noise::intro(options.routing_info);
    if (!opening) co_return opening.error();
    if (auto framed = noise::append_frame(*opening, initiator.client_hello()); !framed) co_return framed.error();
    const auto sent = co_await socket.send_binary(*opening);
    if (!sent) co_return sent.error().within("send hello");

    const auto answer = co_await first_frame(socket, frames);
    if (!answer) co_return answer.error().within("wait for the server's hello");
    const auto last = initiator.client_finish(*answer, options.root_key, noise_key, client_payload, clock.now());
    if (!last) co_return last.error();
    Bytes closing;
    if (auto framed = noise::append_frame(closing, *last); !framed) co_return framed.error();
    const auto finished = co_await socket.send_binary(closing);
    if (!finished) co_return finished.error().within("send finish");
    co_return noise::TransportCipher{initiator.split()};
}

bool is_safe_url(std::string_view url) noexcept {
    constexpr std::string_view secure = "wss://";
    constexpr std::string_view plain = "ws://";
    if (url.starts_with(secure)) return true;
    if (!url.starts_with(plain)) return false;
    url.remove_prefix(plain.size());
    std::string_view host = url.substr(0, url.find_first_of("/?#"));
    // Everything before an @ would be a user's name, not the host.
    if (host.find('@') != host.npos) return false;
    const std::size_t end = host.starts_with('[') ? host.find(']') : host.find(':');
    if (host.starts_with('[')) return end != host.npos && host.substr(0, end + 1) == "[::1]";
    host = host.substr(0, end);
    return host == "localhost" || host == "127.0.0.1";
}

}  // namespace bridge::whatsapp::transport::detail
