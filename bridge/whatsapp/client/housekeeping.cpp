#include "bridge/whatsapp/client/housekeeping.hpp"

#include "common/crypto/crypto.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

namespace {

/// Give or take a tenth: bridges that were started together need not do this together.
std::chrono::milliseconds about(std::chrono::milliseconds time) {
    return time * static_cast<std::int64_t>(900 + common::crypto::random_below(201)) / 1000;
}

}  // namespace

asio::awaitable<void> Housekeeping::run() {
    // A program that never lives for a whole interval tidies all the same; the start itself has better things to do.
    auto pause = about(core_.options.tidy_interval / 10);
    while (true) {
        if (const auto slept = co_await common::sleep_for(pause); !slept) co_return;
        const auto done = co_await tidy();
        if (!done) common::log::warn("old entries could not be removed", {{"why", done.error().message()}});
        pause = about(core_.options.tidy_interval);
    }
}

asio::awaitable<Status> Housekeeping::tidy() {
    auto forget = [this, before = core_.clock.now() - lifetime]() -> Status {
        if (auto done = core_.storage.retry_counts().prune(before); !done) return done.error().within("retry counts");
        if (auto done = core_.storage.outbox().prune(before); !done) return done.error().within("outbox");
        return {};
    };
    co_return co_await core_.transact(std::move(forget));
}

}  // namespace bridge::whatsapp::client
