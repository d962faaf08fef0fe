#include "bridge/whatsapp/devices/notifications.hpp"

#include "bridge/whatsapp/devices/detail/usync.hpp"
#include "bridge/whatsapp/jid/phash.hpp"

#include <algorithm>
#include <utility>

namespace bridge::whatsapp::devices {

namespace {

using Ids = std::vector<std::uint16_t>;

void normalise(Ids& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

std::string hash_of(const Jid& user, const Ids& ids) {
    std::vector<Jid> jids;
    for (const std::uint16_t id : ids) jids.push_back(user.with_device(id));
    return participant_hash(jids);
}

/// Ids of the `<device>` children; all of them must belong to one user.
Result<Ids> ids_in(const Node& parent, const Jid& user) {
    Ids ids;
    for (const Node& device : parent.children()) {
        if (device.tag != "device") continue;
        const auto jid = device.jid("jid");
        if (!jid || jid->normalised().bare() != user) return common::Error{Errc::malformed, "device"};
        ids.push_back(jid->device);
    }
    normalise(ids);
    return ids;
}

}  // namespace

Result<ListChange> parse_list_change(const Node& notification) {
    const auto user = detail::user_in(notification, "from");
    if (!user || notification.text("type") != "devices") return common::Error{Errc::malformed, "devices notification"};
    constexpr std::pair<std::string_view, ListChange::Action> actions[] = {
        {"remove", ListChange::Action::remove},
        {"add", ListChange::Action::add},
        {"update", ListChange::Action::update},
    };
    for (const auto& [tag, action] : actions) {
        const Node* operation = notification.child(tag);
        if (!operation) continue;
        auto ids = ids_in(*operation, *user);
        if (!ids) return ids.error();
        ListChange change;
        change.action = action;
        change.user = *user;
        change.lid = detail::user_in(notification, "lid");
        change.devices = std::move(*ids);
        change.pn_hash = operation->text("device_hash");
        change.lid_hash = operation->text("device_lid_hash");
        return change;
    }
    return common::Error{Errc::malformed, "no operation"};
}

std::optional<Ids> apply(const ListChange& change, const Jid& user, const Ids& known) {
    if (change.action == ListChange::Action::update) return std::nullopt;
    Ids after = known;
    if (change.action == ListChange::Action::add) {
        after.insert(after.end(), change.devices.begin(), change.devices.end());
    } else {
        std::erase_if(after, [&](std::uint16_t id) {
            return std::binary_search(change.devices.begin(), change.devices.end(), id);
        });
    }
    normalise(after);
    // `device_hash` is about the form that the notification came in.
    const bool other_form = user.is_lid() && !change.user.is_lid();
    const std::string& expected = other_form ? change.lid_hash : change.pn_hash;
    if (expected.empty() || hash_of(user, after) != expected) return std::nullopt;
    return after;
}

std::optional<OwnDevices> parse_own_devices(const Node& notification) {
    const auto user = detail::user_in(notification, "from");
    const Node* list = notification.text("type") == "account_sync" ? notification.child("devices") : nullptr;
    if (!user || !list) return std::nullopt;
    OwnDevices own;
    own.user = *user;
    if (auto ids = ids_in(*list, *user)) {
        own.devices = std::move(*ids);
        own.trustworthy = hash_of(*user, own.devices) == list->text("dhash");
    }
    return own;
}

}  // namespace bridge::whatsapp::devices
