#include "bridge/whatsapp/devices/detail/usync.hpp"

#include "bridge/whatsapp/devices/devices.hpp"
#include "common/crypto/crypto.hpp"

#include <algorithm>

namespace bridge::whatsapp::devices {

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::malformed: return {common::Kind::invalid, "device list is malformed"};
        case Errc::refused: return {common::Kind::unavailable, "the server refused the question"};
    }
    return {common::Kind::internal, "unknown device list error"};
}

std::string fresh_sid() { return common::to_hex(common::crypto::random_bytes(8)); }

namespace detail {

Node usync(std::string_view context, const std::string& sid, Node::Nodes protocols, Node::Nodes users) {
    Node envelope{"usync", {{"sid", sid}, {"mode", "query"}, {"last", "true"}, {"index", "0"}, {"context", context}}};
    envelope.add(Node{"query", {}, std::move(protocols)});
    envelope.add(Node{"list", {}, std::move(users)});
    // The id is added when it is asked; this room knows no connection.
    return Node{
        "iq", {{"to", Jid::whatsapp_server()}, {"type", "get"}, {"xmlns", "usync"}}, Node::Nodes{std::move(envelope)}};
}

Result<const Node::Nodes*> users_of(const Node& iq, std::string_view protocol) {
    const Node* envelope = iq.child("usync");
    if (!envelope) return common::Error{Errc::malformed, "usync"};
    const Node* result = envelope->child("result");
    const Node* outcome = result ? result->child(protocol) : nullptr;
    const Node* error = outcome ? outcome->child("error") : nullptr;
    if (error) return common::Error{Errc::refused, error->text("code") + " " + error->text("text")};
    const Node* list = envelope->child("list");
    if (!list) return common::Error{Errc::malformed, "list"};
    return &list->children();
}

std::optional<Jid> user_in(const Node& node, std::string_view key) {
    const auto jid = node.jid(key);
    if (!jid || !jid->is_user()) return std::nullopt;
    return jid->normalised().bare();
}

std::optional<Jid> lid_of(const Node& user) {
    const Node* lid = user.child("lid");
    const auto found = lid ? user_in(*lid, "val") : std::nullopt;
    return found && found->is_lid() ? found : std::nullopt;
}

std::optional<std::uint16_t> device_id(std::optional<std::uint64_t> number) {
    if (!number || *number > 0xFF) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

}  // namespace detail

namespace {

Result<std::vector<ListedDevice>> listed_devices(const Node& list) {
    std::vector<ListedDevice> listed;
    for (const Node& device : list.children()) {
        if (device.tag != "device") continue;
        const auto id = detail::device_id(device.number("id"));
        if (!id) return common::Error{Errc::malformed, "device id"};
        const auto index = device.number("key-index");
        ListedDevice one{*id, std::nullopt, device.text("is_hosted") == "true"};
        if (index && *index <= 0xFFFFFFFFU) one.key_index = static_cast<std::uint32_t>(*index);
        listed.push_back(one);
    }
    return listed;
}

/// False when the answer holds no usable list.
bool read_devices(const Node& answer, UserDevices& user) {
    const Node* list = answer.child("device-list");
    if (!list || answer.child("error")) return false;
    const auto listed = listed_devices(*list);
    if (!listed) return false;
    KeyIndexList keys;
    if (const Node* signed_list = answer.child("key-index-list"); signed_list && !signed_list->bytes().empty()) {
        auto parsed = parse_key_index_list(signed_list->bytes());
        if (!parsed) return false;
        keys = std::move(*parsed);
    }
    user.raw_id = keys.raw_id;
    for (const ListedDevice& device : valid_devices(*listed, keys)) {
        (device.hosted ? user.hosted : user.devices).push_back(device.id);
    }
    return true;
}

}  // namespace

std::vector<Jid> device_jids(const UserDevices& user) {
    std::vector<Jid> jids;
    for (const std::uint16_t device : user.devices) jids.push_back(user.user.with_device(device));
    const std::string_view cloud = user.user.is_lid() ? server::hosted_lid : server::hosted;
    for (const std::uint16_t device : user.hosted) jids.emplace_back(user.user.user, cloud, device);
    return jids;
}

Node DeviceQuery::request() const {
    Node::Nodes list;
    for (const Jid& user : users) list.push_back(Node{"user", {{"jid", user.bare()}}});
    return detail::usync("message", sid, {Node{"devices", {{"version", "2"}}}, Node{"lid"}}, std::move(list));
}

Result<DeviceQuery::Reply> DeviceQuery::parse(const Node& iq) {
    const auto users = detail::users_of(iq, "devices");
    if (!users) return users.error();
    Reply reply;
    for (const Node& node : **users) {
        const auto jid = detail::user_in(node, "jid");
        if (node.tag != "user" || !jid) continue;
        UserDevices user;
        user.user = *jid;
        user.lid = detail::lid_of(node);
        user.pn = detail::user_in(node, "pn_jid");
        const Node* answer = node.child("devices");
        user.error = !answer || !read_devices(*answer, user);
        reply.push_back(std::move(user));
    }
    return reply;
}

}  // namespace bridge::whatsapp::devices
