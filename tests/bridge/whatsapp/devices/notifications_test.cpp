#include "bridge/whatsapp/devices/notifications.hpp"

#include "bridge/whatsapp/jid/phash.hpp"
#include "tests/support/print.hpp"

namespace {

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::devices;
using Ids = std::vector<std::uint16_t>;

const Jid pn{"15550100001", server::user};
const Jid lid{"100000000000001", server::lid};

std::string hash(const Jid& user, const Ids& ids) {
    std::vector<Jid> jids;
    for (const std::uint16_t id : ids) jids.push_back(user.with_device(id));
    return participant_hash(jids);
}

Node notification(std::string_view action, std::uint16_t device, const Ids& after) {
    Node operation{
        action,
        {{"device_hash", hash(pn, after)}, {"device_lid_hash", hash(lid, after)}},
        Node::Nodes{Node{"device", {{"jid", pn.with_device(device)}}}}};
    return Node{"notification", {{"from", pn}, {"type", "devices"}, {"lid", lid}}, Node::Nodes{std::move(operation)}};
}

TEST_CASE("device news: an added device joins both lists when the hashes agree", "[devices]") {
    const auto change = parse_list_change(notification("add", 12, {0, 3, 12}));
    REQUIRE(change);
    CHECK(change->action == ListChange::Action::add);
    CHECK(change->user == pn);
    CHECK(change->lid == lid);
    CHECK(apply(*change, pn, {0, 3}) == Ids{0, 3, 12});
    CHECK(apply(*change, lid, {0, 3}) == Ids{0, 3, 12});
    CHECK(apply(*change, pn, {0, 3, 12}) == Ids{0, 3, 12});
}

TEST_CASE("device news: a removed device leaves", "[devices]") {
    const auto change = parse_list_change(notification("remove", 3, {0}));
    REQUIRE(change);
    CHECK(apply(*change, pn, {0, 3}) == Ids{0});
}

TEST_CASE("device news: a list that disagrees with its hash is dropped", "[devices]") {
    auto change = parse_list_change(notification("add", 12, {0, 12}));
    REQUIRE(change);
    CHECK_FALSE(apply(*change, pn, {0, 3}));
    change->pn_hash.clear();
    CHECK_FALSE(apply(*change, pn, {0}));
    CHECK(apply(*change, lid, {0}));
}

TEST_CASE("device news: an update says nothing but that the list changed", "[devices]") {
    const Node node{
        "notification", {{"from", pn}, {"type", "devices"}}, Node::Nodes{Node{"update", {{"hash", "2:AAAAAAAA"}}}}};
    const auto change = parse_list_change(node);
    REQUIRE(change);
    CHECK(change->action == ListChange::Action::update);
    CHECK_FALSE(apply(*change, pn, {0}));
}

TEST_CASE("device news: a remove goes before an add", "[devices]") {
    Node node = notification("add", 12, {0, 12});
    node.add(notification("remove", 3, {0}).children().front());
    CHECK(parse_list_change(node)->action == ListChange::Action::remove);
}

TEST_CASE("device news: foreign devices and other shapes are refused", "[devices]") {
    Node node = notification("add", 12, {0, 12});
    node.child("add")->add(Node{"device", {{"jid", Jid{"15550100002", server::user, 1}}}});
    CHECK(parse_list_change(node).error() == Errc::malformed);
    CHECK(parse_list_change(Node{"notification", {{"from", pn}, {"type", "devices"}}}).error() == Errc::malformed);
    CHECK(parse_list_change(Node{"notification", {{"type", "devices"}}}).error() == Errc::malformed);
}

TEST_CASE("device news: the own list counts when its hash agrees", "[devices]") {
    Node list{"devices", {{"dhash", hash(pn, {0, 3})}}};
    list.add(Node{"device", {{"jid", pn}}}).add(Node{"device", {{"jid", pn.with_device(3)}}});
    Node node{"notification", {{"from", pn}, {"type", "account_sync"}}, Node::Nodes{list}};
    const auto own = parse_own_devices(node);
    REQUIRE(own);
    CHECK(own->trustworthy);
    CHECK(own->devices == Ids{0, 3});
    node.child("devices")->set("dhash", std::string{"2:AAAAAAAA"});
    CHECK_FALSE(parse_own_devices(node)->trustworthy);
    node.child("devices")->add(Node{"device", {{"jid", lid}}});
    CHECK_FALSE(parse_own_devices(node)->trustworthy);
    CHECK_FALSE(parse_own_devices(Node{"notification", {{"from", pn}, {"type", "account_sync"}}}));
}

}  // namespace
