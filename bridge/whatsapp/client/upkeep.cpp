#include "bridge/whatsapp/client/upkeep.hpp"

#include "bridge/whatsapp/prekeys/prekeys.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

asio::awaitable<Status> PreKeyUpkeep::top_up() {
    if (running_) co_return Status{};
    if (!core_.iq) co_return Errc::not_ready;
    running_ = true;
    struct Done {
        explicit Done(bool& flag) : running{flag} {}
        Done(const Done&) = delete;
        Done& operator=(const Done&) = delete;
        ~Done() { running = false; }
        bool& running;
    } const done{running_};
    const auto on_server = co_await core_.iq->ask(prekeys::PreKeyCount{});
    if (!on_server) co_return on_server.error().within("count pre-keys");
    auto count = [this] { return core_.storage.pre_keys().count_uploaded(); };
    const auto local = co_await common::run_on(core_.storage_executor, std::move(count));
    if (!local) co_return local.error();
    if (*on_server >= prekeys::low_water && *local >= prekeys::low_water) co_return Status{};
    const bool first = *on_server == 0;
    co_return co_await upload(first ? prekeys::initial_batch : prekeys::batch);
}

asio::awaitable<Status> PreKeyUpkeep::upload(std::size_t count) {
    // Keys are stored before they are offered; those of an upload that failed are offered again.
    auto prepare = [this, count]() -> Result<std::vector<storage::PreKey>> {
        auto keys = core_.storage.pre_keys().not_uploaded(count);
        if (!keys) return keys.error();
        if (keys->size() < count) {
            auto fresh = core_.storage.pre_keys().generate(count - keys->size());
            if (!fresh) return fresh.error();
            for (auto& key : *fresh) keys->push_back(std::move(key));
        }
        return keys;
    };
    auto keys = co_await core_.transact(std::move(prepare));
    if (!keys) co_return keys.error().within("make pre-keys");
    std::vector<std::uint32_t> ids;
    for (const auto& key : *keys) ids.push_back(key.id);
    if (!core_.iq) co_return Errc::not_ready;
    prekeys::PreKeyUpload question{core_.account, std::move(*keys)};
    const auto answered = co_await core_.iq->ask(std::move(question));
    if (!answered) co_return answered.error().within("upload pre-keys");
    auto mark = [this, &ids]() -> Status { return core_.storage.pre_keys().mark_uploaded(ids); };
    auto marked = co_await core_.transact(std::move(mark));
    if (marked) common::log::info("pre-keys uploaded", {{"count", ids.size()}});
    co_return marked;
}

}  // namespace bridge::whatsapp::client
