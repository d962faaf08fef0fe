#include "bridge/whatsapp/devices/devices.hpp"
#include "proto/adv.pb.h"
#include "tests/support/print.hpp"

namespace {

using namespace bridge::whatsapp;
using namespace bridge::whatsapp::devices;

const Jid pn{"15550100001", server::user};
const Jid lid{"100000000000001", server::lid};

common::Bytes key_index_list(std::uint32_t raw_id, std::uint32_t current, std::vector<std::uint32_t> valid) {
    wa::adv::ADVKeyIndexList inner;
    inner.set_raw_id(raw_id);
    inner.set_current_index(current);
    for (const std::uint32_t index : valid) inner.add_valid_indexes(index);
    wa::adv::ADVSignedKeyIndexList outer;
    outer.set_details(inner.SerializeAsString());
    return common::to_bytes(outer.SerializeAsString());
}

Node device(std::string_view id, std::string_view key_index = {}, bool hosted = false) {
    Node node{"device", {{"id", id}}};
    if (!key_index.empty()) node.set("key-index", std::string{key_index});
    if (hosted) node.set("is_hosted", std::string{"true"});
    return node;
}

Node user_with(Node::Nodes listed, common::Bytes keys) {
    Node answer{"devices"};
    answer.add(Node{"device-list", {}, std::move(listed)});
    answer.add(Node{"key-index-list", {{"ts", "1700000000"}}, std::move(keys)});
    return Node{"user", {{"jid", pn}}, Node::Nodes{answer, Node{"lid", {{"val", lid}}}}};
}

Node reply_of(Node::Nodes users, Node::Nodes results = {}) {
    Node usync{"usync"};
    usync.add(Node{"result", {}, std::move(results)}).add(Node{"list", {}, std::move(users)});
    return Node{"iq", {{"type", "result"}}, Node::Nodes{usync}};
}

UserDevices only(const Node& reply) {
    auto users = DeviceQuery::parse(reply);
    REQUIRE(users);
    REQUIRE(users->size() == 1);
    return users->front();
}

TEST_CASE("devices: the question asks for devices and LIDs of bare users", "[devices]") {
    DeviceQuery query;
    query.users = {pn.with_device(4), lid};
    const Node request = query.request();
    CHECK(request.text("xmlns") == "usync");
    const Node* usync = request.child("usync");
    REQUIRE(usync);
    CHECK(usync->text("context") == "message");
    CHECK(usync->text("mode") == "query");
    CHECK(usync->text("sid").size() == 16);
    CHECK(DeviceQuery{}.sid != query.sid);
    CHECK(usync->child("query")->child("devices")->text("version") == "2");
    CHECK(usync->child("query")->child("lid"));
    REQUIRE(usync->child("list")->children().size() == 2);
    CHECK(usync->child("list")->children()[0].jid("jid") == pn);
}

TEST_CASE("devices: the primary, listed and newer devices count; others do not", "[devices]") {
    const auto user = only(reply_of({user_with(
        {device("12", "3"), device("0"), device("5"), device("7", "2"), device("9", "8"), device("12", "3")},
        key_index_list(77, 5, {3, 4})
    )}));
    CHECK(user.user == pn);
    CHECK(user.lid == lid);
    CHECK(user.raw_id == 77);
    CHECK(user.devices == std::vector<std::uint16_t>{0, 9, 12});
    CHECK_FALSE(user.error);
}

TEST_CASE("devices: a hosted device is addressed at its own server", "[devices]") {
    auto user = only(reply_of({user_with({device("0"), device("99", "1", true)}, key_index_list(1, 1, {1}))}));
    CHECK(user.devices == std::vector<std::uint16_t>{0});
    CHECK(user.hosted == std::vector<std::uint16_t>{99});
    CHECK(device_jids(user) == std::vector<Jid>{pn, Jid{pn.user, server::hosted, 99}});
    user.user = lid;
    CHECK(device_jids(user)[1] == Jid{lid.user, server::hosted_lid, 99});
}

TEST_CASE("devices: a user with only a primary has no key index list", "[devices]") {
    CHECK(only(reply_of({user_with({device("0")}, {})})).devices == std::vector<std::uint16_t>{0});
}

TEST_CASE("devices: an unusable list is an error of that user alone", "[devices]") {
    const Node good = user_with({device("0")}, {});
    std::vector<Node> bad;
    bad.push_back(Node{"user", {{"jid", pn}}});
    bad.push_back(Node{
        "user", {{"jid", pn}}, Node::Nodes{Node{"devices", {}, Node::Nodes{Node{"error", {{"code", "404"}}}}}}});
    bad.push_back(user_with({device("256")}, {}));
    bad.push_back(user_with({device("-1")}, {}));
    bad.push_back(user_with({device("0")}, common::Bytes{0xFF, 0xFF}));
    for (const Node& node : bad) {
        const auto users = DeviceQuery::parse(reply_of({node, good}));
        REQUIRE(users);
        REQUIRE(users->size() == 2);
        CHECK(users->at(0).error);
        CHECK(users->at(0).devices.empty());
        CHECK_FALSE(users->at(1).error);
    }
}

TEST_CASE("devices: a refused protocol or a missing list is an error of the answer", "[devices]") {
    const Node refused{"devices", {}, Node::Nodes{Node{"error", {{"code", "429"}, {"text", "slow down"}}}}};
    CHECK(DeviceQuery::parse(reply_of({}, {refused})).error() == Errc::refused);
    CHECK(DeviceQuery::parse(Node{"iq"}).error() == Errc::malformed);
    CHECK(DeviceQuery::parse(Node{"iq", {}, Node::Nodes{Node{"usync"}}}).error() == Errc::malformed);
}

TEST_CASE("devices: entries that are no users are passed over", "[devices]") {
    const Node group{"user", {{"jid", Jid{"120363000000000001", server::group}}}};
    const auto users = DeviceQuery::parse(reply_of({group, Node{"user"}, Node{"noise", {{"jid", pn}}}}));
    REQUIRE(users);
    CHECK(users->empty());
}

TEST_CASE("devices: key index lists survive every prefix", "[devices]") {
    const auto whole = key_index_list(77, 5, {3, 4});
    REQUIRE(parse_key_index_list(whole));
    CHECK(parse_key_index_list(whole)->valid_indexes == std::vector<std::uint32_t>{3, 4});
    std::size_t refused = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        refused += parse_key_index_list(common::ByteView{whole}.first(size)) ? 0 : 1;
    }
    CHECK(refused >= whole.size() - 2);
    CHECK_FALSE(parse_key_index_list(common::Bytes(100'000, 0)));
}

TEST_CASE("contacts: the question holds the numbers with a plus", "[devices]") {
    ContactQuery query;
    query.phones = {"15550100001", "+15550100002"};
    const Node request = query.request();
    const auto& users = request.child("usync")->child("list")->children();
    REQUIRE(users.size() == 2);
    CHECK(common::as_text(users[0].child("contact")->bytes()) == "+15550100001");
    CHECK(common::as_text(users[1].child("contact")->bytes()) == "+15550100002");
}

TEST_CASE("contacts: registered numbers come with their addresses", "[devices]") {
    const auto answered = [](const Jid& jid, std::string_view type, std::string_view text) {
        return Node{"user", {{"jid", jid}}, Node::Nodes{Node{"contact", {{"type", type}}, common::to_bytes(text)}}};
    };
    Node known = answered(pn, "in", "+15550100001");
    known.add(Node{"lid", {{"val", lid}}});
    const Node unknown = answered(Jid{"15550100002", server::user}, "out", "+15550100002");
    Node by_lid = answered(lid, "in", "+15550100001@c.us");
    by_lid.set("pn_jid", pn);
    const auto reply = ContactQuery::parse(reply_of({known, unknown, by_lid, Node{"user"}}));
    REQUIRE(reply);
    REQUIRE(reply->size() == 3);
    CHECK(reply->at(0).phone == "15550100001");
    CHECK(reply->at(0).jid == pn);
    CHECK(reply->at(0).lid == lid);
    CHECK(reply->at(0).registered);
    CHECK(reply->at(1).phone == "15550100002");
    CHECK_FALSE(reply->at(1).registered);
    CHECK(reply->at(1).jid.empty());
    CHECK(reply->at(2).phone == "15550100001");
    CHECK(reply->at(2).jid == pn);
    CHECK(reply->at(2).lid == lid);
}

}  // namespace
