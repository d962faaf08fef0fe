#include "tests/bridge/store/fixture.hpp"

namespace bridge::store {
namespace {

std::vector<std::string> ids_of(const ToRead& found) {
    std::vector<std::string> ids;
    for (const auto& message : found.messages) ids.push_back(message.id);
    return ids;
}

AddMessage in_group(const Party& from, const std::string& id, std::int64_t time) {
    AddMessage message = text_from(from, id, "text", time);
    message.chat = group;
    message.is_group = true;
    return message;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("the unread messages of a chat come newest first, with both forms of their senders", "[store]") {
    Fixture fixture;
    fixture.apply({in_group(ada_both, "A1", 1'700'000'000), in_group(bob, "B1", 1'700'000'001)});
    auto own = in_group(me, "OWN", 1'700'000'002);
    own.from_me = true;
    own.count_unread = false;
    fixture.apply({own, in_group(ada_both, "A2", 1'700'000'003)});
    const auto all = value_of(fixture.store->to_read(group.jid, {}));
    CHECK(all.chat_jid == group.jid);
    CHECK(all.is_group);
    CHECK(all.unknown.empty());
    REQUIRE(ids_of(all) == Ids{"A2", "B1", "A1"});
    CHECK(all.messages[0].sender == ada_both);
    CHECK(all.messages[1].sender == bob);

    MarkRead read;
    read.chat = group;
    read.ids = {"B1"};
    fixture.apply({read});
    CHECK(ids_of(value_of(fixture.store->to_read(group.jid, {}))) == Ids{"A2"});
    read.ids = {};
    fixture.apply({read});
    CHECK(value_of(fixture.store->to_read(group.jid, {})).messages.empty());
}

TEST_CASE("messages to read are found by id; own ones are left out and unknown ones named", "[store]") {
    Fixture fixture;
    fixture.apply({text_from(ada_both, "A1", "one"), text_to(ada_both, "MINE", "two"), text_from(bob, "B1", "three")});
    const auto found = value_of(fixture.store->to_read(ada_lid.lid, {"MINE", "A1", "B1", "NEVER"}));
    CHECK(found.chat_jid == ada.jid);
    CHECK_FALSE(found.is_group);
    CHECK(ids_of(found) == Ids{"A1"});
    CHECK(found.messages[0].sender == ada_both);
    CHECK(found.unknown == Ids{"B1", "NEVER"});
}

TEST_CASE("a chat that does not exist has nothing to read", "[store]") {
    Fixture fixture;
    const auto missing = run(fixture.store->to_read("15550000009@s.whatsapp.net", {}));
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error() == Errc::chat_not_found);
}

}  // namespace bridge::store
