#include "tests/simulator/queries.hpp"

namespace simulator {

Queries::Queries(
    Registry& registry,
    Delivery& delivery,
    Router& router,
    Groups& groups,
    media::Host& media,
    const Faults& faults,
    const common::Clock& clock
)
    : registry_{registry},
      delivery_{delivery},
      router_{router},
      group_queries_{registry, groups, clock},
      people_queries_{registry, router, media, clock},
      media_{media},
      faults_{faults},
      clock_{clock} {}

void Queries::handle(Account& account, Device& device, const Node& iq) {
    const std::string type = iq.text("type");
    if (type == "result" || type == "error") return;
    const std::string space = iq.text("xmlns");
    if (space == "w:p" && faults_.ignore_pings) return;
    const auto answer = answer_for(account, device, iq).value_or(Answer{iq_error::not_implemented});
    const Jid from = space == "w:g2" ? iq.jid("to").value_or(Jid::whatsapp_server()) : Jid::whatsapp_server();
    Node reply{"iq", {{"from", from}, {"id", iq.text("id")}}};
    reply.set("type", answer.error == 0 ? "result" : "error");
    if (space == "w:p") reply.set("t", std::to_string(clock_.now().time_since_epoch().count()));
    for (const Node& child : answer.children) reply.add(child);
    if (answer.error != 0) {
        Node error{"error", {{"code", std::to_string(answer.error)}, {"text", error_text(answer.error)}}};
        reply.add(std::move(error));
    }
    delivery_.answer(account, device, reply);
    if (space == "passive" && iq.child("active") != nullptr) delivery_.start(account, device);
    if (to_unlink_ && unlink_) unlink_(to_unlink_->first, to_unlink_->second);
    to_unlink_.reset();
}

std::optional<Answer> Queries::answer_for(Account& account, Device& device, const Node& iq) {
    const std::string space = iq.text("xmlns");
    const bool get = iq.text("type") == "get";
    if (space == "w:p" || space == "urn:xmpp:ping") return Answer{};
    if (space == "passive") return Answer{};
    if (space == "encrypt") return encrypt(device, iq);
    if (space == "w:g2") return group_queries_.answer(account, iq);
    if (space == "abt" && get) return Answer{Node{"props", {{"protocol", "1"}, {"hash", "simulator"}}}};
    if (space == "urn:xmpp:whatsapp:dirty" || space == "w:stats") return Answer{};
    if (space == "w:m" && iq.child("media_conn") != nullptr) return media_connection();
    if (auto about_people = people_queries_.answer(account, device, iq)) return about_people;
    if (space == "md") {
        if (const Node* request = iq.child("remove-companion-device")) return remove_companion(account, *request);
    }
    return std::nullopt;
}

Answer Queries::media_connection() {
    Node connection{"media_conn", {{"auth", media_.authorise()}, {"ttl", "3600"}, {"auth_ttl", "21600"}}};
    connection.set("max_buckets", "12");
    for (const std::string& name : media_.dead_hosts()) {
        connection.add(Node{"host", {{"hostname", name}, {"type", "primary"}}});
    }
    connection.add(Node{"host", {{"hostname", media_.address(media::Side::primary)}, {"type", "primary"}}});
    connection.add(Node{"host", {{"hostname", media_.address(media::Side::fallback)}, {"type", "fallback"}}});
    return Answer{std::move(connection)};
}

Answer Queries::remove_companion(Account& account, const Node& request) {
    const auto jid = request.jid("jid");
    if (!jid || registry_.find(*jid) != &account || !account.devices.contains(jid->device) || jid->device == 0) {
        return Answer{iq_error::not_found};
    }
    to_unlink_.emplace(account.phone, jid->device);
    return Answer{};
}

}  // namespace simulator
