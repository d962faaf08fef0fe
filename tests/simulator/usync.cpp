// Who is on WhatsApp, with which devices, and what they show (protocol part 2, section 2, and part 3, section 6.1).
#include "tests/simulator/people_queries.hpp"

namespace simulator {

namespace {

Node text_node(std::string_view tag, std::string_view text) {
    return Node{tag, {}, common::to_bytes(common::as_bytes(text))};
}

std::string digits_of(std::string_view text) {
    std::string digits;
    for (const char c : text.substr(0, text.find('@'))) {
        if (c >= '0' && c <= '9') digits += c;
    }
    return digits;
}

Node about_of(const Account& account, bool shown) {
    if (!shown) return Node{"status", {{"code", "401"}}};
    Node status = text_node("status", account.profile.about);
    status.set("t", std::to_string(account.profile.about_time));
    return status;
}

}  // namespace

Answer PeopleQueries::usync(const Account& asker, const Node& iq) {
    const Node* request = iq.child("usync");
    const Node* query = request == nullptr ? nullptr : request->child("query");
    const Node* list = request == nullptr ? nullptr : request->child("list");
    if (query == nullptr || list == nullptr) return Answer{iq_error::bad_request};
    Node reply{"usync", request->attrs};
    Node result{"result"};
    for (const Node& protocol : query->children()) result.add(Node{protocol.tag});
    reply.add(std::move(result));
    Node users{"list"};
    for (const Node& user : list->children()) users.add(usync_user(asker, *query, user));
    reply.add(std::move(users));
    return Answer{std::move(reply)};
}

Node PeopleQueries::devices_of(const Account& account) const {
    Node list{"device-list", {{"hash", participant_hash(account.device_jids(Space::pn))}}};
    for (const auto& [id, device] : account.devices) {
        Node entry{"device", {{"id", std::to_string(id)}}};
        if (id != 0) entry.set("key-index", std::to_string(device.key_index));
        list.add(std::move(entry));
    }
    Node indexes{"key-index-list", {{"ts", std::to_string(now())}}};
    if (account.devices.size() > 1) indexes.content = account.signed_key_index_list(now());
    Node devices{"devices"};
    devices.add(std::move(list));
    devices.add(std::move(indexes));
    return devices;
}

Node PeopleQueries::usync_user(const Account& asker, const Node& query, const Node& user) {
    const Node* asked = user.child("contact");
    const std::string number = asked == nullptr ? "" : common::to_string(asked->bytes());
    const std::string digits = digits_of(number);
    const auto jid = user.jid("jid");
    const Account* account = jid ? registry_.find(*jid) : registry_.find(digits);
    const Node* contact_query = query.child("contact");
    const bool by_lid = contact_query != nullptr && contact_query->text("addressing_mode") == "lid";
    Node reply{"user"};
    if (jid) {
        reply.set("jid", *jid);
    } else if (account == nullptr) {
        reply.set("jid", person(digits, Space::pn));
    } else {
        reply.set("jid", account->jid(by_lid ? Space::lid : Space::pn));
        if (by_lid) reply.set("pn_jid", account->jid(Space::pn));
    }
    for (const Node& protocol : query.children()) {
        if (protocol.tag == "contact") {
            Node contact = text_node("contact", number);
            contact.set("type", account != nullptr ? "in" : digits.size() < 7 ? "invalid" : "out");
            reply.add(std::move(contact));
        }
        if (account == nullptr) continue;
        const Profile& profile = account->profile;
        if (protocol.tag == "lid") reply.add(Node{"lid", {{"val", account->jid(Space::lid)}}});
        if (protocol.tag == "devices") reply.add(devices_of(*account));
        if (protocol.tag == "status") reply.add(about_of(*account, shows(*account, asker, "status")));
        if (protocol.tag == "picture" && !profile.picture_id.empty() && shows(*account, asker, "profile")) {
            reply.add(Node{"picture", {{"id", profile.picture_id}}});
        }
        if (protocol.tag == "business") reply.add(Node{"business"});
        if (protocol.tag == "disappearing_mode") {
            Node mode{"disappearing_mode", {{"duration", std::to_string(profile.disappearing)}}};
            mode.set("t", std::to_string(profile.disappearing_time));
            reply.add(std::move(mode));
        }
    }
    return reply;
}

}  // namespace simulator
