#include "bridge/whatsapp/client/upkeep.hpp"

#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

namespace {

/// Says that one runs, until the coroutine ends.
struct Running {
    explicit Running(bool& running) : flag{running} { flag = true; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { flag = false; }
    bool& flag;
};

/// Ours of the listed keys, in the order of the list.
Result<std::vector<storage::PreKey>> load_listed(storage::PreKeyStore& store, const prekeys::Digest& digest) {
    std::vector<storage::PreKey> listed;
    for (const std::uint32_t id : digest.pre_key_ids) {
        auto key = store.load(id);
        if (!key) return key.error();
        if (*key) listed.push_back(std::move(**key));
    }
    return listed;
}

}  // namespace

asio::awaitable<Status> PreKeyUpkeep::top_up() {
    if (running_) co_return Status{};
    const Running running{running_};
    co_return co_await count_and_upload();
}

asio::awaitable<Status> PreKeyUpkeep::check() {
    if (running_) {
        // Asked for a reason, which the look under way may not have seen.
        check_again_ = true;
        co_return Status{};
    }
    const Running running{running_};
    Status done;
    do {
        check_again_ = false;
        done = co_await compare_and_upload();
    } while (done && check_again_);
    co_return done;
}

asio::awaitable<Status> PreKeyUpkeep::count_and_upload() {
    if (!core_.iq) co_return Errc::not_ready;
    const auto on_server = co_await core_.iq->ask(prekeys::PreKeyCount{});
    if (!on_server) co_return on_server.error().within("count pre-keys");
    auto count = [this] { return core_.storage.pre_keys().count_uploaded(); };
    const auto local = co_await common::run_on(core_.storage_executor, std::move(count));
    if (!local) co_return local.error();
    if (*on_server >= prekeys::low_water && *local >= prekeys::low_water) co_return Status{};
    const bool first = *on_server == 0;
    std::vector<storage::PreKey> none;
    co_return co_await upload(first ? prekeys::initial_batch : prekeys::batch, std::move(none));
}

asio::awaitable<Result<PreKeyUpkeep::Comparison>> PreKeyUpkeep::compare() {
    if (!core_.iq) co_return Errc::not_ready;
    const auto digest = co_await core_.iq->ask(prekeys::DigestCheck{});
    Comparison found;
    if (!digest && digest.error() == stanza::Errc::item_not_found) {
        found.verdict = Comparison::Verdict::none_there;
        co_return found;
    }
    if (!digest) co_return digest.error().within("ask for the digest of our keys");
    auto look = [this, &digest] { return load_listed(core_.storage.pre_keys(), *digest); };
    auto ours = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!ours) co_return ours.error();
    using enum Comparison::Verdict;
    found.verdict = prekeys::agrees(*digest, core_.account, *ours) ? same : different;
    found.listed = std::move(*ours);
    co_return found;
}

asio::awaitable<Status> PreKeyUpkeep::compare_and_upload() {
    auto found = co_await compare();
    // A key that is handed out and used while we look makes a difference that is gone when we look again.
    if (found && found->verdict == Comparison::Verdict::different) found = co_await compare();
    if (!found) co_return found.error();
    if (found->verdict == Comparison::Verdict::same) co_return Status{};
    if (found->verdict == Comparison::Verdict::none_there) {
        common::log::warn("WhatsApp has no pre-keys of this device; uploading new ones");
        co_return co_await upload(prekeys::initial_batch, std::move(found->listed));
    }
    const UnixTime now = core_.clock.now();
    const bool repair = !repaired_ || now - *repaired_ >= repair_pause;
    common::log::warn("WhatsApp has other keys of this device than we have", {{"repair", repair}});
    if (!repair) co_return Status{};
    repaired_ = now;
    const std::size_t count = found->listed.size() + prekeys::batch;
    co_return co_await upload(count, std::move(found->listed));
}

asio::awaitable<Status> PreKeyUpkeep::upload(std::size_t count, std::vector<storage::PreKey> again) {
    // Keys are stored before they are offered; those of an upload that failed are offered again.
    auto prepare = [this, count, &again]() -> Result<std::vector<storage::PreKey>> {
        std::vector<storage::PreKey> keys = std::move(again);
        auto add = [&keys](std::vector<storage::PreKey> more) {
            std::move(more.begin(), more.end(), std::back_inserter(keys));
        };
        if (keys.size() >= count) return keys;
        auto waiting = core_.storage.pre_keys().not_uploaded(count - keys.size());
        if (!waiting) return waiting.error();
        add(std::move(*waiting));
        if (keys.size() >= count) return keys;
        auto fresh = core_.storage.pre_keys().generate(count - keys.size());
        if (!fresh) return fresh.error();
        add(std::move(*fresh));
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
