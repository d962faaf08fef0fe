#include "bridge/whatsapp/devices/detail/usync.hpp"
#include "bridge/whatsapp/devices/devices.hpp"

namespace bridge::whatsapp::devices {

namespace {

std::string digits_of(std::string_view phone) {
    if (phone.starts_with('+')) phone.remove_prefix(1);
    if (const auto at = phone.find('@'); at != std::string_view::npos) phone = phone.substr(0, at);
    return std::string{phone};
}

}  // namespace

Node ContactQuery::request() const {
    Node::Nodes users;
    for (const std::string& phone : phones) {
        Node contact{"contact", {}, common::to_bytes("+" + digits_of(phone))};
        users.push_back(Node{"user", {}, Node::Nodes{std::move(contact)}});
    }
    return detail::usync("interactive", sid, {Node{"contact"}, Node{"lid"}}, std::move(users));
}

Result<ContactQuery::Reply> ContactQuery::parse(const Node& iq) {
    const auto users = detail::users_of(iq, "contact");
    if (!users) return users.error();
    Reply reply;
    for (const Node& user : **users) {
        const Node* contact = user.tag == "user" ? user.child("contact") : nullptr;
        if (!contact) continue;
        Answer answer;
        answer.lid = detail::lid_of(user);
        auto jid = detail::user_in(user, "jid");
        if (jid && jid->is_lid()) {  // the server answered in LIDs
            if (!answer.lid) answer.lid = jid;
            if (auto pn = detail::user_in(user, "pn_jid")) jid = std::move(pn);
        }
        answer.registered = contact->text("type") == "in" && jid.has_value();
        if (answer.registered) answer.jid = *jid;
        answer.phone = digits_of(common::as_text(contact->bytes()));
        if (answer.phone.empty() && jid && jid->is_pn()) answer.phone = jid->user;
        reply.push_back(std::move(answer));
    }
    return reply;
}

}  // namespace bridge::whatsapp::devices
