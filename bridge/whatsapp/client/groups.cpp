#include "bridge/whatsapp/client/groups.hpp"

#include "bridge/whatsapp/messages/mapping.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

using events::GroupInfo;

namespace {

/// Groups that stay in memory; storage has them all.
constexpr std::size_t cached_groups = 512;
constexpr auto patience = std::chrono::seconds{60};
/// Several changes often come together.
constexpr auto settling = std::chrono::seconds{1};

}  // namespace

/// One request under way, with everybody who waits for it.
struct Groups::Question {
    explicit Question(const asio::any_io_executor& executor) : answered{executor} {}
    common::Event answered;
    std::optional<Result<GroupInfo>> answer;
};

bool Groups::is_me(const events::GroupMember& member) const noexcept {
    const auto mine = [this](const Jid& jid) {
        return !jid.empty() && jid.user == (jid.is_lid() ? core_.account.lid.user : core_.account.jid.user);
    };
    return mine(member.jid) || mine(member.alt);
}

Status Groups::learn(const std::vector<events::Mapping>& mappings) {
    for (const events::Mapping& mapping : mappings) {
        const auto news = messages::remember_mapping(core_.storage, *core_.cipher, mapping);
        if (!news) return news.error();
    }
    return {};
}

asio::awaitable<Status> Groups::keep(GroupInfo info) {
    const auto mappings = groups::mappings_of(info.members);
    auto save = [this, &info, &mappings]() -> Status {
        if (auto learned = learn(mappings); !learned) return learned;
        return core_.storage.groups().save(info);
    };
    auto saved = co_await core_.transact(std::move(save));
    if (!saved) co_return saved.error().within("keep group");
    if (known_.size() >= cached_groups) known_.clear();
    stale_.erase(info.jid);
    known_[info.jid] = info;
    std::vector<events::Happening> happenings;
    for (const events::Mapping& mapping : mappings) happenings.emplace_back(mapping);
    events::GroupKnown now_known{std::move(info)};
    happenings.emplace_back(std::move(now_known));
    co_return co_await core_.sink.store(std::move(happenings));
}

asio::awaitable<Result<GroupInfo>> Groups::fetch(Jid group) {
    if (!core_.iq) co_return Errc::not_ready;
    if (std::chrono::steady_clock::now() < not_before_) co_return stanza::Errc::rate_limited;
    groups::GroupQuery question;
    question.group = group;
    stanza::Iq& iq = *core_.iq;
    auto reply = co_await iq.ask(std::move(question));
    if (!reply && reply.error() == stanza::Errc::rate_limited) {
        const auto wait = core_.iq == &iq ? std::max<std::chrono::seconds>(iq.asked_to_wait(), patience) : patience;
        not_before_ = std::chrono::steady_clock::now() + wait;
    }
    if (!reply) co_return reply.error().within("ask for a group");
    GroupInfo info = std::move(*reply);
    if (info.jid != group) co_return common::Error{groups::Errc::malformed, "answer about another group"};
    auto kept = co_await keep(info);
    if (!kept) co_return kept.error();
    co_return info;
}

/// Whoever comes while a request is under way gets its answer.
asio::awaitable<Result<GroupInfo>> Groups::ask(Jid group) {
    if (const auto running = asked_.find(group); running != asked_.end()) {
        const std::shared_ptr<Question> question = running->second;
        while (!question->answer) {
            const auto waited = co_await question->answered.wait(stanza::Iq::default_limit);
            if (!waited) co_return waited.error();
        }
        co_return *question->answer;
    }
    auto question = std::make_shared<Question>(core_.io);
    asked_[group] = question;
    // Also when the coroutine is destroyed while it waits.
    struct Done {
        Done(Groups& g, Jid j, std::shared_ptr<Question> q) : groups{g}, jid{std::move(j)}, question{std::move(q)} {}
        Done(const Done&) = delete;
        Done& operator=(const Done&) = delete;
        ~Done() {
            groups.asked_.erase(jid);
            if (!question->answer) question->answer = Result<GroupInfo>{stanza::Errc::disconnected};
            question->answered.notify();
        }
        Groups& groups;
        Jid jid;
        std::shared_ptr<Question> question;
    } const done{*this, group, question};
    auto answer = co_await fetch(group);
    question->answer = answer;
    co_return answer;
}

asio::awaitable<Result<GroupInfo>> Groups::info(Jid group) {
    group = group.bare();
    if (!group.is_group()) co_return Errc::bad_recipient;
    if (!stale_.contains(group)) {
        if (const auto known = known_.find(group); known != known_.end()) co_return known->second;
        auto look = [this, group] { return core_.storage.groups().load(group); };
        auto stored = co_await common::run_on(core_.storage_executor, std::move(look));
        if (!stored) co_return stored.error();
        if (*stored && !(*stored)->members.empty()) {
            if (known_.size() >= cached_groups) known_.clear();
            known_[group] = **stored;
            co_return std::move(**stored);
        }
    }
    co_return co_await ask(std::move(group));
}

asio::awaitable<Status> Groups::refresh_all() {
    if (!core_.iq) co_return Errc::not_ready;
    auto reply = co_await core_.iq->ask(groups::ParticipatingQuery{});
    if (!reply) co_return reply.error().within("ask for all groups");
    auto found = std::move(*reply);
    for (GroupInfo& info : found) {
        // A truncated description must not replace what is known of the members.
        if (info.members.empty()) continue;
        auto kept = co_await keep(std::move(info));
        if (!kept) co_return kept;
    }
    co_return Status{};
}

asio::awaitable<Result<messages::GroupAudience>> Groups::audience(Jid group) {
    auto known = co_await info(group);
    if (!known) co_return known.error();
    const GroupInfo& info = *known;
    const auto me = std::find_if(info.members.begin(), info.members.end(), [this](const auto& m) { return is_me(m); });
    if (me == info.members.end()) co_return Errc::not_a_member;
    if (info.announcement && me->rank == events::GroupRank::member) co_return Errc::only_admins_write;
    messages::GroupAudience out;
    out.group = info.jid;
    out.lid_addressed = info.lid_addressed;
    const Jid own = info.lid_addressed ? core_.account.lid : core_.account.jid;
    if (own.empty()) co_return Errc::not_ready;
    out.me = own.with_device(core_.account.jid.device);
    std::vector<Jid> users;
    for (const events::GroupMember& member : info.members) {
        const Jid& address = member.jid.is_lid() == info.lid_addressed ? member.jid : member.alt;
        if (!address.empty()) users.push_back(address);
    }
    auto devices = co_await directory_.devices_of_all(std::move(users));
    if (!devices) co_return devices.error().within("devices of a group");
    for (Jid& device : *devices) {
        if (device != out.me && !device.is_hosted()) out.devices.push_back(std::move(device));
    }
    co_return out;
}

void Groups::forget(const Jid& group) {
    stale_.insert(group.bare());
    known_.erase(group.bare());
    doubt_.notify();
}

void Groups::forget_all() {
    known_.clear();
    all_known_ = false;
    doubt_.notify();
}

asio::awaitable<Status> Groups::watch() {
    while (true) {
        Status done;
        if (!all_known_ && core_.online()) {
            all_known_ = true;
            done = co_await refresh_all();
        } else if (!stale_.empty() && core_.online()) {
            done = co_await refresh_stale();
        }
        if (!done) {
            if (done.error().kind() == common::Kind::cancelled) co_return done;
            if (done.error() == stanza::Errc::disconnected) co_return Status{};
            common::log::warn("groups could not be asked for", {{"why", done.error().message()}});
            if (auto slept = co_await common::sleep_for(patience); !slept) co_return slept;
        }
        const bool idle = core_.online() && stale_.empty();
        const auto waited = co_await doubt_.wait(idle ? std::chrono::seconds{3600} : settling);
        if (!waited && waited.error().kind() == common::Kind::cancelled) co_return waited;
        if (auto slept = co_await common::sleep_for(settling); !slept) co_return slept;
    }
}

asio::awaitable<Status> Groups::refresh_stale() {
    const auto waiting = stale_;
    for (const Jid& group : waiting) {
        const auto known = co_await ask(group);
        if (known) continue;
        // Not a member any more, or unknown: there is nothing to keep current.
        const auto kind = known.error().kind();
        if (kind != common::Kind::unauthorized && kind != common::Kind::not_found) co_return known.error();
        stale_.erase(group);
    }
    co_return Status{};
}

}  // namespace bridge::whatsapp::client
