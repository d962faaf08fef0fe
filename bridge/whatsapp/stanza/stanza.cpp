#include "bridge/whatsapp/stanza/stanza.hpp"

#include "common/crypto/crypto.hpp"

#include <algorithm>

namespace bridge::whatsapp::stanza {

using binary::Attr;
using common::Kind;
namespace asio = common::asio;

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::bad_request: return {Kind::invalid, "WhatsApp refused the request as malformed (400)"};
        case Errc::not_authorized: return {Kind::unauthorized, "WhatsApp says: not authorised (401)"};
        case Errc::forbidden: return {Kind::unauthorized, "WhatsApp says: forbidden (403)"};
        case Errc::item_not_found: return {Kind::not_found, "WhatsApp knows no such item (404)"};
        case Errc::not_allowed: return {Kind::unauthorized, "WhatsApp says: not allowed (405)"};
        case Errc::not_acceptable: return {Kind::invalid, "WhatsApp says: not acceptable (406)"};
        case Errc::gone: return {Kind::not_found, "WhatsApp says: gone (410)"};
        case Errc::resource_limit: return {Kind::unavailable, "WhatsApp says: resource limit (419)"};
        case Errc::locked: return {Kind::unavailable, "WhatsApp says: locked (423)"};
        case Errc::rate_limited: return {Kind::unavailable, "WhatsApp limits the rate (429)"};
        case Errc::server_error: return {Kind::unavailable, "WhatsApp has an internal error (500)"};
        case Errc::not_implemented: return {Kind::unavailable, "WhatsApp does not offer this (501)"};
        case Errc::service_unavailable: return {Kind::unavailable, "WhatsApp is unavailable (503)"};
        case Errc::other_error: return {Kind::unavailable, "WhatsApp answered with an error"};
        case Errc::disconnected: return {Kind::unavailable, "the connection to WhatsApp ended"};
        case Errc::no_answer: return {Kind::timed_out, "WhatsApp did not answer in time"};
        case Errc::malformed: return {Kind::unavailable, "WhatsApp's answer could not be read"};
    }
    return {Kind::internal, "unknown stanza error"};
}

Errc errc_of(std::uint64_t code) noexcept {
    switch (code) {
        case 400:
        case 401:
        case 403:
        case 404:
        case 405:
        case 406:
        case 410:
        case 419:
        case 423:
        case 429:
        case 500:
        case 501:
        case 503: return static_cast<Errc>(code);
        default: return Errc::other_error;
    }
}

namespace {

Node iq_to_server(std::string_view type, std::string_view xmlns, binary::Node::Nodes children) {
    std::vector<Attr> attrs;
    attrs.emplace_back("xmlns", xmlns);
    attrs.emplace_back("type", type);
    attrs.emplace_back("to", Jid::whatsapp_server());
    if (children.empty()) return Node{"iq", std::move(attrs)};
    return Node{"iq", std::move(attrs), std::move(children)};
}

}  // namespace

Node iq_get(std::string_view xmlns, binary::Node::Nodes children) {
    return iq_to_server("get", xmlns, std::move(children));
}
Node iq_set(std::string_view xmlns, binary::Node::Nodes children) {
    return iq_to_server("set", xmlns, std::move(children));
}

Node iq_result(const Node& request) {
    Node result{"iq", {{"to", Jid::whatsapp_server()}, {"type", "result"}}};
    if (request.has("id")) result.set("id", request.text("id"));
    return result;
}

Iq::Iq(asio::any_io_executor executor, Send send) : executor_{std::move(executor)}, send_{std::move(send)} {
    const auto random = common::crypto::random_bytes(2);
    prefix_ = std::to_string(random[0]) + "." + std::to_string(random[1]) + "-";
}

std::string Iq::next_id() { return prefix_ + std::to_string(++counter_); }

asio::awaitable<Result<Node>> Iq::ask_node(Node request, std::chrono::milliseconds limit) {
    if (!connected_) co_return Errc::disconnected;
    const std::string id = next_id();
    request.set("id", id);
    auto waiter = std::make_shared<Waiter>(executor_);
    waiters_[id] = waiter;
    // Forgotten on every way out, also when the coroutine is destroyed while it waits.
    struct Forget {
        std::map<std::string, std::shared_ptr<Waiter>>& waiters;
        const std::string& id;
        Forget(std::map<std::string, std::shared_ptr<Waiter>>& w, const std::string& i) : waiters{w}, id{i} {}
        Forget(const Forget&) = delete;
        Forget& operator=(const Forget&) = delete;
        ~Forget() { waiters.erase(id); }
    } const forget{waiters_, id};
    if (auto sent = send_(std::move(request)); !sent) co_return sent.error();
    const auto waited = co_await waiter->answered.wait(limit);
    if (!waited) {
        if (waited.error().kind() == Kind::timed_out) co_return Errc::no_answer;
        co_return waited.error();
    }
    if (!waiter->answer) co_return Errc::disconnected;
    Node answer = std::move(*waiter->answer);
    if (answer.text("type") == "error") {
        const Node* error = answer.child("error");
        const std::uint64_t code = error ? error->number("code").value_or(0) : 0;
        const std::uint64_t wait = error ? error->number("backoff").value_or(0) : 0;
        asked_to_wait_ = std::chrono::seconds{std::min<std::uint64_t>(wait, 86'400)};
        const std::string detail = std::to_string(code) + " " + (error ? error->text("text") : std::string{});
        co_return common::Error{errc_of(code), detail};
    }
    co_return answer;
}

bool Iq::complete(const Node& node) {
    const auto found = waiters_.find(node.text("id"));
    if (found == waiters_.end()) return false;
    found->second->answer = std::make_unique<Node>(node);
    found->second->answered.notify();
    return true;
}

void Iq::disconnect() {
    connected_ = false;
    for (auto& [id, waiter] : waiters_) waiter->answered.notify();
}

asio::awaitable<Status> keep_alive(Iq& iq, KeepAliveOptions options, std::function<void()> on_alive) {
    int missed = 0;
    while (true) {
        const auto spread = static_cast<std::uint64_t>((options.interval_max - options.interval_min).count());
        const auto extra = std::chrono::milliseconds{common::crypto::random_below(spread + 1)};
        // After a miss ask again at once: a deaf connection should not look alive for another interval.
        if (missed == 0) {
            if (auto slept = co_await common::sleep_for(options.interval_min + extra); !slept) co_return slept.error();
        }
        Node ping = iq_get("w:p", {});
        const auto pong = co_await iq.ask_node(std::move(ping), options.answer_limit);
        if (pong) {
            missed = 0;
            on_alive();
            continue;
        }
        if (!(pong.error() == Errc::no_answer)) co_return pong.error();
        if (++missed >= options.misses) co_return Errc::no_answer;
    }
}

Node ack_for(const Node& stanza, int error) {
    Node ack{"ack", {{"class", stanza.tag}, {"id", stanza.text("id")}}};
    if (const auto* from = stanza.find("from")) ack.set("to", *from);
    for (const std::string_view key : {"participant", "recipient"}) {
        if (const auto* value = stanza.find(key)) ack.set(key, *value);
    }
    // Copied for every class except message (part 1, 8.12); left out for identity notifications (part 2, 3.5).
    const bool identity = stanza.tag == "notification" && stanza.text("type") == "encrypt" && stanza.child("identity");
    if (stanza.tag != "message" && !identity && stanza.has("type")) ack.set("type", stanza.text("type"));
    if (error != 0) ack.set("error", std::to_string(error));
    return ack;
}

}  // namespace bridge::whatsapp::stanza
