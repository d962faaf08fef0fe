#include "bridge/whatsapp/client/link.hpp"

#include "bridge/whatsapp/client/version.hpp"
#include "bridge/whatsapp/pairing/client_payload.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

using events::LinkState;

namespace {

constexpr auto version_lifetime = std::chrono::hours{24};

pairing::ClientIdentity identity_of(const Core& core) {
    pairing::ClientIdentity identity;
    identity.registration_id = core.account.registration_id;
    identity.identity = core.account.identity.public_key;
    identity.signed_pre_key_id = core.account.signed_pre_key.id;
    identity.signed_pre_key = core.account.signed_pre_key.pair.public_key;
    identity.signed_pre_key_signature = core.account.signed_pre_key.signature;
    identity.version = core.status.version;
    // "Chrome (Linux)": the part in brackets is what the phone lists under linked devices.
    const std::string& name = core.options.device_name;
    const auto open = name.find('(');
    const auto close = name.find(')', open == std::string::npos ? 0 : open);
    if (open != std::string::npos && close != std::string::npos && close > open + 1) {
        identity.device_name = name.substr(open + 1, close - open - 1);
    }
    return identity;
}

}  // namespace

Link::Link(Core& core, Linking& linking, Groups& groups, Processing& processing, Sending& sending, PreKeyUpkeep& upkeep)
    : core_{core},
      linking_{linking},
      groups_{groups},
      processing_{processing},
      sending_{sending},
      upkeep_{upkeep},
      over_{core.io},
      wake_{core.io} {}

void Link::set_state(LinkState state, std::string reason, std::string advice) {
    // After a logout the state stays readable while new codes are offered.
    if (relink_ && (state == LinkState::linking || state == LinkState::unlinked)) state = LinkState::logged_out;
    if (state == LinkState::logged_out && reason.empty()) {
        reason = core_.status.reason;
        advice = core_.status.advice;
    }
    core_.status.state = state;
    core_.status.reason = std::move(reason);
    core_.status.advice = std::move(advice);
    core_.status.jid = core_.account.jid;
    core_.status.lid = core_.account.lid;
    core_.status.push_name = core_.account.push_name;
    core_.status.platform = core_.account.platform;
    if (state != LinkState::online) core_.status.connected_since.reset();
    core_.changed();
}

void Link::end(Ended how, std::string reason) {
    if (ended_) return;
    ended_ = true;
    how_ = how;
    why_ = std::move(reason);
    over_.notify();
}

void Link::wake() {
    woken_ = true;
    wake_.notify();
    end(Ended::asked, "asked to reconnect");
}

asio::awaitable<void> Link::pause(std::chrono::milliseconds time) {
    if (core_.stopping || woken_) co_return;
    // Cancelled or woken: the loop looks at the state either way.
    const auto waited = co_await wake_.wait(time);
    if (!waited && waited.error().kind() == common::Kind::cancelled) co_return;
}

std::chrono::milliseconds Link::back_off() {
    std::int64_t a = 0;
    std::int64_t b = 1;
    for (int i = 0; i < std::min(core_.status.reconnect_attempts, 40); ++i) std::tie(a, b) = std::pair{b, a + b};
    const auto delay = std::min(a * core_.options.back_off_unit, core_.options.back_off_limit);
    const auto jitter = common::crypto::random_below(201);
    return delay * static_cast<std::int64_t>(900 + jitter) / 1000;
}

asio::awaitable<Status> Link::prepare() {
    auto load = [this]() -> Result<storage::Account> {
        auto stored = core_.storage.account().load();
        if (!stored) return stored.error();
        if (*stored) return std::move(**stored);
        storage::Account fresh = pairing::new_account(core_.clock);
        if (auto saved = core_.storage.account().save(fresh); !saved) return saved.error();
        return fresh;
    };
    auto account = co_await core_.transact(std::move(load));
    if (!account) co_return account.error().within("load the account");
    core_.account = std::move(*account);
    auto arm = [this, account = core_.account]() -> Status {
        const signal::LocalIdentity local{account.identity, account.registration_id};
        core_.opener.reset();
        core_.cipher = std::make_unique<signal::Cipher>(core_.storage, local);
        core_.cipher->on_identity_change([](const Jid& device) {
            common::log::info("a device shows a new identity", {{"device", common::log::redacted(device.to_string())}});
        });
        core_.opener = std::make_unique<messages::Opener>(core_.storage, *core_.cipher);
        if (account.linked()) core_.opener->refresh(account);
        return {};
    };
    co_return co_await common::run_on(core_.storage_executor, std::move(arm));
}

asio::awaitable<void> Link::refresh_version(bool needed) {
    if (core_.options.version || core_.options.version_url.empty()) co_return;
    const auto now = std::chrono::steady_clock::now();
    if (!needed && version_checked_ && now - *version_checked_ < version_lifetime) co_return;
    version_checked_ = now;
    auto fetch = fetch_version(core_.io, core_.options.version_url, core_.options.ca_file);
    const auto fetched = co_await common::with_timeout<Version>(std::chrono::seconds{10}, std::move(fetch));
    if (!fetched) {
        common::log::warn("the web client's version could not be looked up", {{"why", fetched.error().message()}});
        co_return;
    }
    if (*fetched == core_.status.version) co_return;
    common::log::info("web client version", {{"version", to_string(*fetched)}});
    core_.status.version = *fetched;
    if (auto saved = save_version(core_.options.version_file, *fetched); !saved) {
        common::log::warn("the version could not be kept", {{"why", saved.error().message()}});
    }
}

asio::awaitable<Result<std::unique_ptr<transport::Connection>>> Link::connect() {
    transport::ConnectionOptions options;
    options.url = core_.options.url;
    options.root_key = core_.options.root_key;
    options.ca_file = core_.options.ca_file;
    options.routing_info = core_.account.routing_info;
    const pairing::ClientIdentity identity = identity_of(core_);
    common::Bytes payload = core_.account.linked() ? pairing::login_payload(identity, core_.account.jid)
                                                   : pairing::registration_payload(identity);
    ++core_.counters.connects;
    co_return co_await transport::Connection::open(
        std::move(options), core_.account.noise, std::move(payload), core_.clock
    );
}

asio::awaitable<void> Link::run() {
    while (!core_.stopping) {
        woken_ = false;
        ended_ = false;
        how_ = Ended::lost;
        why_.clear();
        success_seen_ = false;
        auto prepared = co_await prepare();
        if (prepared && core_.account.linked()) prepared = co_await processing_.drain_inbox();
        if (!prepared) {
            set_state(LinkState::offline, prepared.error().message(), "look at the disk and the data folder");
            co_await pause(std::chrono::seconds{5});
            continue;
        }
        set_state(core_.account.linked() ? LinkState::connecting : LinkState::linking, "", "");
        co_await refresh_version(false);
        auto connection = co_await connect();
        if (core_.stopping) {
            if (connection) Status ignored = co_await (*connection)->close();  // nobody waits for it any more
            break;
        }
        if (!connection) {
            ended_ = true;
            why_ = connection.error().message();
            // Edge routing that leads nowhere must not be tried for ever (trap T11).
            core_.account.routing_info.clear();
        } else {
            co_await live(**connection);
        }
        if (core_.stopping) break;
        co_await next_step();
    }
}

asio::awaitable<void> Link::guard(asio::awaitable<Status> part, std::string name) {
    const auto done = co_await std::move(part);
    if (!done && done.error() == common::Errc::timed_out && name == "codes") {
        end(Ended::codes_used_up, "");
    } else if (!done && done.error().kind() != common::Kind::cancelled) {
        end(Ended::lost, done.error().message());
    }
}

asio::awaitable<void> Link::live(transport::Connection& connection) {
    stanza::Iq iq{core_.io, [&connection](Node node) { return connection.send(std::move(node)); }};
    core_.connection = &connection;
    core_.iq = &iq;
    core_.status.last_seen_alive = core_.clock.now();
    processing_.reset();
    linking_.reset();
    tasks_ = std::make_unique<common::TaskGroup>(core_.io);
    tasks_->spawn(read(connection));
    auto alive = [this] { core_.status.last_seen_alive = core_.clock.now(); };
    tasks_->spawn(guard(stanza::keep_alive(iq, core_.options.keep_alive, alive), "keep-alive"));
    if (core_.account.linked()) {
        tasks_->spawn(guard(processing_.open_loop(), "open"));
        tasks_->spawn(guard(processing_.store_loop(), "store"));
        tasks_->spawn(guard(groups_.watch(), "groups"));
    } else {
        tasks_->spawn(guard(linking_.show_codes(), "codes"));
    }
    while (!ended_) {
        const auto waited = co_await over_.wait(std::chrono::hours{1});
        if (!waited && waited.error().kind() == common::Kind::cancelled) break;
    }
    // What was processed is answered before the socket goes.
    iq.disconnect();
    sending_.disconnected();
    const auto closed = co_await connection.close();
    if (!closed) common::log::debug("close", {{"why", closed.error().message()}});
    processing_.close();
    linking_.reset();
    tasks_->cancel();
    co_await tasks_->join();
    core_.connection = nullptr;
    core_.iq = nullptr;
}

asio::awaitable<void> Link::read(transport::Connection& connection) {
    while (true) {
        auto node = co_await connection.receive();
        if (!node) {
            end(Ended::lost, node.error().message());
            co_return;
        }
        core_.status.last_seen_alive = core_.clock.now();
        dispatch(std::move(*node));
        co_await processing_.room();
    }
}

}  // namespace bridge::whatsapp::client
