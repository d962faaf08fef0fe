#include "bridge/whatsapp/client/directory.hpp"

#include "bridge/whatsapp/devices/devices.hpp"
#include "bridge/whatsapp/messages/mapping.hpp"
#include "bridge/whatsapp/prekeys/prekeys.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

namespace {
// `devices` notifications keep lists current; this bounds how long a missed one can hurt.
constexpr auto list_lifetime = std::chrono::hours{24};
constexpr std::size_t users_a_query = 256;
}  // namespace

asio::awaitable<Status> Directory::query(std::vector<Jid> users) {
    if (!core_.iq) co_return Errc::not_ready;
    devices::DeviceQuery question;
    question.users = users;
    auto reply = co_await core_.iq->ask(std::move(question));
    if (!reply) co_return reply.error().within("ask for devices");
    const UnixTime now = core_.clock.now();
    auto found = std::move(*reply);
    auto keep = [this, now, &found]() -> Status {
        for (const devices::UserDevices& user : found) {
            if (user.error) continue;
            const Jid pn = user.user.is_pn() ? user.user.bare() : user.pn.value_or(Jid{});
            const Jid lid = user.user.is_lid() ? user.user.bare() : user.lid.value_or(Jid{});
            if (!pn.empty() && !lid.empty()) {
                const events::Mapping mapping{pn, lid};
                const auto news = messages::remember_mapping(core_.storage, *core_.cipher, mapping);
                if (!news) return news.error();
            }
            if (user.devices.empty()) continue;
            storage::DeviceList list;
            list.devices = user.devices;
            list.raw_id = user.raw_id;
            list.fetched = now;
            if (auto saved = core_.storage.device_lists().save(user.user.bare(), list); !saved) return saved.error();
        }
        return {};
    };
    auto kept = co_await core_.transact(std::move(keep));
    if (!kept) co_return kept.error().within("keep devices");
    std::vector<events::Happening> learned;
    for (const devices::UserDevices& user : found) {
        if (!user.error && !user.devices.empty()) lists_[user.user.bare()] = user.devices;
        if (user.error) continue;
        const Jid pn = user.user.is_pn() ? user.user.bare() : user.pn.value_or(Jid{});
        const Jid lid = user.user.is_lid() ? user.user.bare() : user.lid.value_or(Jid{});
        if (!pn.empty() && !lid.empty()) learned.emplace_back(events::Mapping{pn, lid});
    }
    if (!learned.empty()) {
        auto stored = co_await core_.sink.store(std::move(learned));
        if (!stored) co_return stored.error();
    }
    co_return Status{};
}

asio::awaitable<Result<std::vector<std::uint16_t>>> Directory::devices_of(Jid user) {
    if (const auto known = lists_.find(user); known != lists_.end()) co_return known->second;
    auto look = [this, user] { return core_.storage.device_lists().load(user); };
    auto stored = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!stored) co_return stored.error();
    if (*stored && core_.clock.now() - (*stored)->fetched < list_lifetime && !(*stored)->devices.empty()) {
        lists_[user] = (*stored)->devices;
        co_return (*stored)->devices;
    }
    std::vector<Jid> users{user};
    auto asked = co_await query(std::move(users));
    if (!asked) co_return asked.error();
    const auto found = lists_.find(user);
    if (found == lists_.end()) co_return Errc::not_on_whatsapp;
    co_return found->second;
}

asio::awaitable<Result<std::vector<Jid>>> Directory::devices_of_all(std::vector<Jid> users) {
    std::vector<Jid> unknown;
    for (const Jid& user : users) {
        if (!lists_.contains(user)) unknown.push_back(user);
    }
    if (!unknown.empty()) {
        auto look = [this, unknown]() -> Result<std::vector<std::optional<storage::DeviceList>>> {
            std::vector<std::optional<storage::DeviceList>> found;
            for (const Jid& user : unknown) {
                auto list = core_.storage.device_lists().load(user);
                if (!list) return list.error();
                found.push_back(std::move(*list));
            }
            return found;
        };
        auto stored = co_await common::run_on(core_.storage_executor, std::move(look));
        if (!stored) co_return stored.error();
        std::vector<Jid> ask;
        for (std::size_t i = 0; i < unknown.size(); ++i) {
            const auto& list = (*stored)[i];
            if (list && !list->devices.empty() && core_.clock.now() - list->fetched < list_lifetime) {
                lists_[unknown[i]] = list->devices;
            } else {
                ask.push_back(unknown[i]);
            }
        }
        for (std::size_t first = 0; first < ask.size(); first += users_a_query) {
            const auto last = std::min(first + users_a_query, ask.size());
            std::vector<Jid> part{
                ask.begin() + static_cast<std::ptrdiff_t>(first), ask.begin() + static_cast<std::ptrdiff_t>(last)};
            auto asked = co_await query(std::move(part));
            if (!asked) co_return asked.error();
        }
    }
    std::vector<Jid> devices;
    for (const Jid& user : users) {
        const auto known = lists_.find(user);
        if (known == lists_.end()) continue;
        for (const std::uint16_t device : known->second) devices.push_back(user.with_device(device));
    }
    co_return devices;
}

asio::awaitable<Result<messages::Audience>> Directory::audience(Jid chat) {
    messages::Audience out;
    const Jid own_pn = core_.account.jid;
    const Jid own_lid = core_.account.lid;
    Jid pn = chat.is_pn() ? chat.bare() : Jid{};
    Jid lid = chat.is_lid() ? chat.bare() : Jid{};
    auto look = [this, pn, lid]() -> Result<std::pair<Jid, Jid>> {
        std::pair<Jid, Jid> both{pn, lid};
        if (both.second.empty()) {
            const auto found = core_.storage.mappings().lid_of(pn);
            if (!found) return found.error();
            if (*found) both.second = **found;
        } else {
            const auto found = core_.storage.mappings().pn_of(lid);
            if (!found) return found.error();
            if (*found) both.first = **found;
        }
        return both;
    };
    auto both = co_await common::run_on(core_.storage_executor, look);
    if (!both) co_return both.error();
    if (both->second.empty() && !own_lid.empty()) {
        // One question brings the devices and the LID; the second look finds it.
        lists_.erase(pn);
        std::vector<Jid> users{pn};
        auto asked = co_await query(std::move(users));
        if (!asked) co_return asked.error();
        both = co_await common::run_on(core_.storage_executor, look);
        if (!both) co_return both.error();
    }
    const bool by_lid = !both->second.empty() && !own_lid.empty();
    out.to = by_lid ? both->second : both->first;
    if (out.to.empty()) co_return Errc::bad_recipient;
    if (by_lid) out.to_alt = both->first;
    const Jid me = by_lid ? own_lid : own_pn;
    if (out.to != me.bare()) {
        auto theirs = co_await devices_of(out.to);
        if (!theirs) co_return theirs.error();
        for (const std::uint16_t device : *theirs) out.recipients.push_back(out.to.with_device(device));
    }
    auto mine = co_await devices_of(me.bare());
    if (!mine) co_return mine.error().within("own devices");
    for (const std::uint16_t device : *mine) {
        if (device != me.device) out.own.push_back(me.with_device(device));
    }
    co_return out;
}

asio::awaitable<Status> Directory::ensure_sessions(std::vector<Jid> devices) {
    if (devices.empty()) co_return Status{};
    if (!core_.iq) co_return Errc::not_ready;
    prekeys::KeyFetch question;
    question.devices = devices;
    auto reply = co_await core_.iq->ask(std::move(question));
    if (!reply) co_return reply.error().within("fetch pre-keys");
    auto fetched = std::move(*reply);
    auto start = [this, &fetched]() -> Status {
        for (const auto& one : fetched) {
            if (!one.bundle) continue;
            const auto address = session_address(core_.storage, one.device);
            if (!address) return address.error();
            const auto started = core_.cipher->start_session(*address, *one.bundle);
            if (!started && started.error().kind() == common::Kind::internal) return started.error();
            if (!started) {
                common::log::warn(
                    "a device's keys were refused", {{"device", common::log::redacted(one.device.to_string())}}
                );
            }
        }
        return {};
    };
    auto started = co_await core_.transact(std::move(start));
    if (!started) co_return started.error().within("start sessions");
    for (const auto& one : fetched) {
        // 406: that device is gone; the next send asks for the list again.
        if (!one.bundle) forget(one.device.bare());
    }
    co_return Status{};
}

asio::awaitable<Status> Directory::check_registered(Jid chat) {
    if (!chat.is_pn() || chat.user == core_.account.jid.user) co_return Status{};
    auto look = [this, chat] { return core_.storage.mappings().lid_of(chat); };
    const auto known = co_await common::run_on(core_.storage_executor, std::move(look));
    if (!known) co_return known.error();
    if (*known || lists_.contains(chat)) co_return Status{};
    if (!core_.iq) co_return Errc::not_ready;
    devices::ContactQuery question;
    question.phones.push_back(chat.user);
    const auto reply = co_await core_.iq->ask(std::move(question), std::chrono::seconds{10});
    if (!reply) co_return reply.error().within("ask whether the number is registered");
    const bool registered = std::any_of(reply->begin(), reply->end(), [](const auto& one) { return one.registered; });
    if (!registered) co_return Errc::not_on_whatsapp;
    co_return Status{};
}

void Directory::forget(const Jid& user) {
    lists_.erase(user.bare());
    const Jid bare = user.bare();
    // The stored list goes too; a failure only costs a stale list until its lifetime ends.
    asio::post(core_.storage_executor, [this, bare] {
        if (auto removed = core_.storage.device_lists().remove(bare); !removed) {
            common::log::warn("a device list could not be dropped", {{"why", removed.error().message()}});
        }
    });
}

}  // namespace bridge::whatsapp::client
