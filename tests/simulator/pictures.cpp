// Pictures of people and groups (protocol part 3, sections 3.4 and 6.2).
#include "tests/simulator/people_queries.hpp"

namespace simulator {

namespace {

struct Shown {
    std::string id;
    std::string path;
};

/// Ids only grow, as clients expect of what are times.
std::string next_id(const std::string& before, std::uint64_t now) {
    return std::to_string(std::max(std::strtoull(before.c_str(), nullptr, 10) + 1, static_cast<unsigned long long>(now))
    );
}

common::Result<Shown> keep(media::Host& media, const std::string& before, std::uint64_t now, ByteView jpeg) {
    if (jpeg.empty()) return Shown{};
    const auto blob = media.store().keep_plain(jpeg);
    if (!blob) return blob.error();
    return Shown{next_id(before, now), (*blob)->path};
}

Node change_of(const Shown& picture, const Jid& about, const Jid& author) {
    Node change{picture.id.empty() ? "delete" : "set", {{"jid", about}, {"author", author}}};
    if (!picture.id.empty()) change.set("id", picture.id);
    return change;
}

}  // namespace

common::Status set_profile_picture(Router& router, media::Host& media, Account& account, ByteView jpeg) {
    const auto picture = keep(media, account.profile.picture_id, 1'700'000'000, jpeg);
    if (!picture) return picture.error();
    account.profile.picture_id = picture->id;
    account.profile.picture_path = picture->path;
    const Jid self = account.jid(Space::pn);
    router.notify_acquaintances(account, "picture", change_of(*picture, self, self));
    router.notify_own(account, "account_sync", Node{"picture"});
    return {};
}

Answer PeopleQueries::picture(Account& account, const Node& iq) {
    const auto target = iq.jid("target");
    Group* group = target && target->is_group() ? registry_.find_group(*target) : nullptr;
    if (target && target->is_group() && (group == nullptr || group->find(account.phone) == nullptr)) {
        return Answer{group == nullptr ? iq_error::not_found : iq_error::not_authorized};
    }
    if (iq.text("type") != "get") return set_picture(account, iq, group);
    Shown shown;
    if (group != nullptr) shown = {group->picture_id, group->picture_path};
    if (group == nullptr) {
        const Account* owner = target ? registry_.find(*target) : &account;
        if (owner == nullptr) return Answer{iq_error::not_found};
        if (!shows(*owner, account, "profile")) return Answer{iq_error::not_authorized};
        shown = {owner->profile.picture_id, owner->profile.picture_path};
    }
    const Node* request = iq.child("picture");
    if (shown.id.empty() || request == nullptr) return Answer{iq_error::not_found};
    if (request->text("id") == shown.id) return Answer{};
    const std::string type = request->text("type");
    Node picture{"picture", {{"id", shown.id}, {"type", type.empty() ? std::string{"image"} : type}}};
    picture.set("url", media_.url(shown.path));
    picture.set("direct_path", shown.path);
    return Answer{std::move(picture)};
}

Answer PeopleQueries::set_picture(Account& account, const Node& iq, Group* group) {
    const Node* request = iq.child("picture");
    const ByteView jpeg = request == nullptr ? ByteView{} : request->bytes();
    if (group != nullptr && group->locked && !group->is_admin(account.phone)) return Answer{iq_error::forbidden};
    if (group == nullptr) {
        if (auto set = set_profile_picture(router_, media_, account, jpeg); !set)
            return Answer{iq_error::not_acceptable};
    } else {
        const auto kept = keep(media_, group->picture_id, now(), jpeg);
        if (!kept) return Answer{iq_error::not_acceptable};
        group->picture_id = kept->id;
        group->picture_path = kept->path;
        Node notification{"notification", {{"type", "picture"}, {"from", group->jid()}}};
        notification.add(change_of(*kept, group->jid(), account.jid(group->mode)));
        for (const GroupMember& member : group->members) {
            Account* told = registry_.find(member.phone);
            if (told == nullptr) continue;
            for (auto& [number, device] : told->devices) {
                if (number != 0) router_.notify(*told, device, notification);
            }
        }
    }
    const std::string id = group == nullptr ? account.profile.picture_id : group->picture_id;
    return id.empty() ? Answer{} : Answer{Node{"picture", {{"id", id}}}};
}

}  // namespace simulator
