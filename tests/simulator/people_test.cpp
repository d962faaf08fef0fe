// What people show and let near them, tokens, presence, and messages asked for again.
#include "bridge/whatsapp/addons/tokens.hpp"
#include "proto/e2e.pb.h"
#include "proto/web_message.pb.h"
#include "tests/simulator/companion.hpp"
#include "tests/simulator/people_queries.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace simulator;
namespace addons = bridge::whatsapp::addons;

namespace {

constexpr std::string_view ada = "15550001111";
constexpr std::string_view ben = "15550002222";

struct World {
    World() : queries{network.server.registry(), network.server.router(), network.media, network.clock} {
        network.add_companion(ada);
        network.add_companion(ben);
        network.account(ada).contacts.insert(std::string{ben});
        network.account(ben).contacts.insert(std::string{ada});
    }
    Answer ask(
        std::string_view who, std::string_view space, std::string_view type, Node request, const Jid& target = {}
    ) {
        Node iq{"iq", {{"type", type}, {"xmlns", space}, {"to", Jid::whatsapp_server()}}};
        if (!target.empty()) iq.set("target", target);
        iq.add(std::move(request));
        const auto answer = queries.answer(network.account(who), network.account(who).devices.at(1), iq);
        REQUIRE(answer);
        return *answer;
    }
    Node usync(std::string_view asker, Node user, std::initializer_list<std::string_view> protocols) {
        Node query{"query"};
        for (const std::string_view protocol : protocols) query.add(Node{protocol});
        Node list{"list"};
        list.add(std::move(user));
        Node request{"usync", {{"sid", "1"}, {"mode", "query"}}};
        request.add(std::move(query));
        request.add(std::move(list));
        return ask(asker, "usync", "get", std::move(request)).children.front().child("list")->children().front();
    }
    /// A message from Ada's companion to Ben's phone, as far as the server looks at it.
    Node message(std::string_view id) {
        Node node{"message", {{"id", id}, {"to", person(ben, Space::lid)}, {"type", "text"}}};
        Node target{"to", {{"jid", person(ben, Space::lid, 1)}}};
        target.add(Node{"enc", {{"v", "2"}, {"type", "msg"}}, Bytes{1}});
        Node participants{"participants"};
        participants.add(std::move(target));
        node.add(std::move(participants));
        return node;
    }
    /// Whether it came to Ben's companion.
    bool arrives(const Node& node) {
        network.take_queue(ben);
        network.server.router().message(network.account(ada), network.account(ada).devices.at(1), node);
        return !network.take_queue(ben).empty();
    }

    Network network;
    PeopleQueries queries;
};

Node bytes_node(std::string_view tag, ByteView bytes) { return Node{tag, {}, common::to_bytes(bytes)}; }

}  // namespace

TEST_CASE("people: who asks for a token lets in whom it gave one, and who knows the salt", "[simulator]") {
    World world;
    Account& owner = world.network.account(ben);
    owner.profile.token_required = true;
    CHECK_FALSE(world.arrives(world.message("M1")));
    give_token(world.network.server.router(), owner, world.network.account(ada), 1'790'000'000);
    const auto notified = world.network.take_queue(ada);
    REQUIRE(notified.size() == 1);
    CHECK(notified[0].jid("from") == person(ben, Space::pn));
    const ByteView token = notified[0].child("tokens")->children().front().bytes();
    Node with_token = world.message("M2");
    with_token.add(bytes_node("tctoken", token));
    CHECK(world.arrives(with_token));
    Node wrong = world.message("M3");
    wrong.add(bytes_node("tctoken", Bytes(24, 1)));
    CHECK_FALSE(world.arrives(wrong));
    owner.profile.issued.at(std::string{ada}).time -= 4 * 604'800;
    with_token.set("id", "M4");
    CHECK_FALSE(world.arrives(with_token));
    const Bytes& salt = world.network.account(ada).profile.nct_salt;
    Node salted = world.message("M5");
    salted.add(bytes_node("cstoken", addons::contact_token(salt, person(ben, Space::lid))));
    CHECK(world.arrives(salted));
}

TEST_CASE("people: tokens that are no bytes, or where none belong, break the schema", "[simulator]") {
    World world;
    Node text = world.message("M1");
    text.add(Node{"tctoken", {}, std::string{"text"}});
    CHECK_FALSE(world.arrives(text));
    Node reporting{"reporting"};
    reporting.add(Node{"reporting_token", {{"v", "2"}}, std::string{"text"}});
    Node reported = world.message("M2");
    reported.add(reporting);
    CHECK_FALSE(world.arrives(reported));
    reporting.child("reporting_token")->content = Bytes(16, 1);
    Node right = world.message("M3");
    right.add(reporting);
    CHECK(world.arrives(right));
}

TEST_CASE("people: blocked senders are acknowledged and not heard", "[simulator]") {
    World world;
    Node item{"item", {{"action", "block"}, {"jid", person(ada, Space::lid)}, {"pn_jid", person(ada, Space::pn)}}};
    const Answer blocked = world.ask(ben, "blocklist", "set", item);
    REQUIRE(blocked.children.size() == 1);
    CHECK(blocked.children.front().children().front().jid("jid") == person(ada, Space::lid));
    CHECK_FALSE(world.arrives(world.message("M1")));
    item.set("action", "unblock");
    const std::string before = blocked.children.front().text("dhash");
    CHECK(world.ask(ben, "blocklist", "set", item).children.front().text("dhash") != before);
    CHECK(world.arrives(world.message("M2")));
    item.set("jid", person(ada, Space::pn));
    CHECK(world.ask(ben, "blocklist", "set", item).error == 400);
}

TEST_CASE("people: about and picture are shown to whom the privacy settings say", "[simulator]") {
    World world;
    world.network.take_queue(ada);
    CHECK(world.ask(ben, "status", "set", bytes_node("status", common::as_bytes("busy"))).error == 0);
    CHECK(world.ask(ben, "w:profile:picture", "set", bytes_node("picture", common::as_bytes("jpeg"))).error == 0);
    std::vector<std::string> told;
    for (const Node& stanza : world.network.take_queue(ada)) told.push_back(stanza.text("type"));
    CHECK(told == std::vector<std::string>{"status", "picture"});
    const Node query{"picture", {{"type", "image"}, {"query", "url"}}};
    const Answer shown = world.ask(ada, "w:profile:picture", "get", query, person(ben, Space::lid));
    REQUIRE(shown.children.size() == 1);
    const Node& picture = shown.children.front();
    CHECK(world.network.media.store().find(picture.text("direct_path")) != nullptr);
    Node known = query;
    known.set("id", picture.text("id"));
    CHECK(world.ask(ada, "w:profile:picture", "get", known, person(ben, Space::lid)).children.empty());
    const Node user{"user", {{"jid", person(ben, Space::lid)}}};
    CHECK(common::to_string(world.usync(ada, user, {"status"}).child("status")->bytes()) == "busy");
    Node settings{"privacy"};
    settings.add(Node{"category", {{"name", "status"}, {"value", "none"}}});
    settings.add(Node{"category", {{"name", "profile"}, {"value", "none"}}});
    CHECK(world.ask(ben, "privacy", "set", settings).error == 0);
    CHECK(world.usync(ada, user, {"status"}).child("status")->text("code") == "401");
    CHECK(world.ask(ada, "w:profile:picture", "get", query, person(ben, Space::lid)).error == 401);
    const Answer own = world.ask(ben, "privacy", "get", Node{"privacy"});
    CHECK(std::ranges::count(own.children.front().children(), "none", [](const Node& c) {
              return c.text("value");
          }) == 2);
}

TEST_CASE("people: numbers are looked up in either address space", "[simulator]") {
    World world;
    Node user{"user"};
    user.add(bytes_node("contact", common::as_bytes("+1 555 000-2222")));
    const Node found = world.usync(ada, user, {"contact", "lid"});
    CHECK(found.jid("jid") == person(ben, Space::pn));
    CHECK(found.child("contact")->text("type") == "in");
    CHECK(found.child("lid")->jid("val") == person(ben, Space::lid));
    Node unknown{"user"};
    unknown.add(bytes_node("contact", common::as_bytes("+49150000000")));
    CHECK(world.usync(ada, unknown, {"contact"}).child("contact")->text("type") == "out");
    const Node devices = world.usync(ada, Node{"user", {{"jid", person(ben, Space::lid)}}}, {"devices"});
    CHECK(devices.child("devices")->child("device-list")->children().size() == 2);
}

TEST_CASE("people: who may see a status is kept as it was set", "[simulator]") {
    World world;
    const Answer before = world.ask(ada, "status", "get", Node{"privacy"});
    CHECK(before.children.front().child("list")->text("type") == "contacts");
    Node list{"list", {{"type", "whitelist"}}};
    list.add(Node{"user", {{"jid", person(ben, Space::lid)}}});
    Node settings{"privacy"};
    settings.add(std::move(list));
    CHECK(world.ask(ada, "status", "set", settings).error == 0);
    const Answer after = world.ask(ada, "status", "get", Node{"privacy"});
    CHECK(after.children.front().child("list")->text("type") == "whitelist");
    CHECK(after.children.front().child("list")->children().size() == 1);
}

TEST_CASE("people: a phone hands over a message that its companion did not get", "[simulator]") {
    Network network;
    Companion companion{network, ben};
    network.server.faults().withhold_next = ben;
    const auto id = network.phone(ada).send_text(network.account(ben), "withheld", "");
    REQUIRE(id);
    network.settle();
    const auto got = network.take_queue(ben);
    REQUIRE(got.size() == 1);
    CHECK(got[0].child("enc") == nullptr);
    REQUIRE(got[0].child("unavailable") != nullptr);
    wa::e2e::Message request;
    auto& protocol = *request.mutable_protocol_message();
    protocol.set_type(wa::e2e::ProtocolMessage::PEER_DATA_OPERATION_REQUEST_MESSAGE);
    auto& operation = *protocol.mutable_peer_data_operation_request_message();
    operation.set_peer_data_operation_request_type(wa::e2e::PLACEHOLDER_MESSAGE_RESEND);
    auto& key = *operation.add_placeholder_message_resend_request()->mutable_message_key();
    key.set_remote_jid(person(ada, Space::lid).to_string());
    key.set_id(*id);
    const auto ask = [&](const char* request_id) {
        Node stanza{"message", {{"id", request_id}, {"to", person(ben, Space::pn)}, {"type", "text"}}};
        stanza.set("category", "peer");
        stanza.add(companion.seal(ben, common::to_bytes(request.SerializeAsString())));
        companion.send(std::move(stanza));
        return network.take_queue(ben);
    };
    const auto answers = ask("P1");
    const auto peer = std::ranges::find(answers, "peer", [](const Node& node) { return node.text("category"); });
    REQUIRE(peer != answers.end());
    wa::e2e::Message answer;
    const Bytes content = companion.open(*peer);
    REQUIRE(answer.ParseFromArray(content.data(), static_cast<int>(content.size())));
    const auto& response = answer.protocol_message().peer_data_operation_request_response_message();
    CHECK(response.stanza_id() == "P1");
    REQUIRE(response.peer_data_operation_result_size() == 1);
    wa::web::WebMessageInfo info;
    const auto& resent = response.peer_data_operation_result(0).placeholder_message_resend_response();
    REQUIRE(info.ParseFromString(resent.web_message_info_bytes()));
    CHECK(info.message().conversation() == "withheld");
    CHECK(info.key().id() == *id);
    network.phone(ben).set_placeholders(Placeholders::silent);
    const auto silence = ask("P2");
    CHECK(std::ranges::none_of(silence, [](const Node& node) { return node.text("category") == "peer"; }));
}
