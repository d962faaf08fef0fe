#include "tests/simulator/load.hpp"

#include <algorithm>

namespace simulator {

namespace {
constexpr std::uint64_t most_at_once = 50;  // so that answers get their turn in between
}

common::ErrcInfo describe(LoadErrc code) noexcept {
    if (code == LoadErrc::busy) return {common::Kind::conflict, "another load is running"};
    return {common::Kind::internal, "unknown load error"};
}

common::Status Load::start(LoadPlan plan) {
    if (status_.running) return LoadErrc::busy;
    status_ = LoadStatus{true, plan.count, 0, 0, ""};
    tasks_.spawn(run(std::move(plan)));
    return {};
}

common::asio::awaitable<void> Load::run(LoadPlan plan) {
    const auto begin = std::chrono::steady_clock::now();
    while (status_.sent + status_.failed < plan.count) {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
        const auto due = std::min(plan.count, static_cast<std::uint64_t>(passed.count() * plan.rate) + 1);
        for (std::uint64_t i = 0; i < most_at_once && status_.sent + status_.failed < due; ++i) send_next(plan);
        const auto behind = status_.sent + status_.failed < due;
        const auto pause = behind ? std::chrono::milliseconds{0} : std::chrono::milliseconds{5};
        if (auto slept = co_await common::sleep_for(pause); !slept) break;
    }
    status_.running = false;
}

void Load::send_next(const LoadPlan& plan) {
    const Account* from = server_.registry().find(plan.from);
    Account* to = server_.registry().find(plan.to);
    const std::string text = plan.text_prefix + std::to_string(status_.sent + status_.failed + 1);
    auto sent = from == nullptr || to == nullptr ? common::Result<std::string>{common::Errc::not_found}
                                                 : server_.phone_of(*from).send_text(*to, text, "");
    if (sent) status_.last_id = *sent;
    ++(sent ? status_.sent : status_.failed);
}

}  // namespace simulator
