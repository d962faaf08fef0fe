#include "bridge/whatsapp/media/transfers.hpp"

#include "common/async/fork_join.hpp"
#include "common/crypto/crypto.hpp"

#include <algorithm>
#include <charconv>

namespace bridge::whatsapp::media {
namespace {

using common::Kind;

/// A server may name many; nobody waits for that many to fail.
constexpr std::size_t most_hosts_tried = 4;

std::chrono::milliseconds retry_after(const http::Headers& headers) {
    const auto value = headers.find("Retry-After");
    unsigned seconds = 0;
    if (value) std::from_chars(value->data(), value->data() + value->size(), seconds);
    return std::chrono::seconds{std::min(seconds, 3600U)};
}

}  // namespace

Transfers::Transfers(
    asio::any_io_executor worker,
    http::Client& client,
    MediaHosts& hosts,
    HostPolicy policy,
    const common::Clock& clock,
    TransferOptions options
)
    : worker_{std::move(worker)},
      client_{client},
      hosts_{hosts},
      policy_{std::move(policy)},
      clock_{clock},
      options_{std::move(options)} {}

RunTasks Transfers::run_tasks() const {
    return [worker = worker_](std::span<const std::function<void()>> tasks) { common::fork_join(worker, tasks); };
}

http::Transfer Transfers::request_to(std::string method, std::string url) const {
    http::Transfer request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.headers.set("Origin", "https://web.whatsapp.com");
    request.headers.set("Referer", "https://web.whatsapp.com/");
    request.connect_timeout = options_.connect_timeout;
    request.stall_timeout = options_.stall_timeout;
    return request;
}

Transfers::Failure Transfers::failure_of(const http::Response& answer, Way way) const {
    const std::string detail = "status " + std::to_string(answer.status);
    switch (answer.status) {
        case 401: return {Next::ask_hosts, Error{Errc::not_allowed, detail}};
        case 403:
            if (way == Way::up) return {Next::ask_hosts, Error{Errc::not_allowed, detail}};
            return {Next::stop, Error{Errc::gone, detail}};
        case 404:
        case 410:
            if (way == Way::up) return {Next::other_host, Error{Errc::unavailable, detail}};
            return {Next::stop, Error{Errc::gone, detail}};
        case 413: return {Next::stop, Error{Errc::too_large, detail}};
        default: break;
    }
    const bool passing = answer.status == 408 || answer.status == 429 || answer.status >= 500;
    Failure failure{passing ? Next::again : Next::other_host, Error{Errc::unavailable, detail}};
    failure.pause = std::min(retry_after(answer.headers), options_.longest_pause);
    return failure;
}

Transfers::Failure Transfers::failure_of(const Error& error) {
    const bool passing = error.kind() == Kind::unavailable || error.kind() == Kind::timed_out;
    return {passing ? Next::again : Next::stop, error};
}

asio::awaitable<Status> Transfers::pause_before(unsigned attempt, std::chrono::milliseconds asked) const {
    auto pause = std::max(options_.pause_unit * attempt, asked);
    const auto quarter = static_cast<std::uint64_t>(pause.count()) / 4;
    pause += std::chrono::milliseconds{common::crypto::random_below(quarter + 1)};
    co_return co_await common::sleep_for(pause);
}

asio::awaitable<std::optional<Transfers::Failure>> Transfers::try_host(
    std::string host, std::string auth, const Attempt& attempt
) {
    for (unsigned tries = 1;; ++tries) {
        auto failure = co_await attempt(host, auth);
        if (!failure || failure->next != Next::again) co_return failure;
        if (failure->progressed) tries = 1;
        if (tries >= options_.attempts) co_return failure;
        const auto rested = co_await pause_before(tries, failure->pause);
        if (!rested) co_return Failure{Next::stop, rested.error()};
    }
}

asio::awaitable<Status> Transfers::try_hosts(Way way, Type type, Attempt attempt) {
    for (bool asked_again = false;; asked_again = true) {
        auto conn = co_await hosts_.get();
        // What is downloaded needs no token, and one host has everything.
        if (!conn && way == Way::down) conn = std::make_shared<const MediaConn>();
        if (!conn) co_return conn.error();
        auto hosts = way == Way::up ? policy_.for_upload(**conn, type) : policy_.for_download(**conn, type);
        if (hosts.empty()) co_return Error{Errc::no_hosts};
        if (hosts.size() > most_hosts_tried) hosts.erase(hosts.begin() + most_hosts_tried - 1, hosts.end() - 1);
        std::optional<Failure> failure;
        for (const std::string& host : hosts) {
            failure = co_await try_host(host, (*conn)->auth, attempt);
            if (!failure) co_return Status{};
            if (failure->next == Next::stop || failure->next == Next::ask_hosts) break;
        }
        if (failure->next != Next::ask_hosts || asked_again) co_return failure->error;
        hosts_.refuse(*conn);
    }
}

}  // namespace bridge::whatsapp::media
