#include "bridge/whatsapp/messages/group_fanout.hpp"

#include "bridge/whatsapp/content/unwrap.hpp"
#include "bridge/whatsapp/jid/phash.hpp"
#include "tests/bridge/whatsapp/messages/party.hpp"
#include "tests/support/print.hpp"

namespace tests::messages {

using namespace bridge::whatsapp::messages;  // NOLINT: tests of this library

namespace {

const Jid group{"120363000000000001", server::group};

struct Family {
    Party me{Jid{"15550001111", server::user, 4}, Jid{"100000000000001", server::lid, 4}};
    Party ada{Jid{"15550002222", server::user}, Jid{"200000000000002", server::lid}};
    Party ben{Jid{"15550003333", server::user, 7}, Jid{"300000000000003", server::lid, 7}};
    GroupAudience audience;
    int sent{0};

    Family() {
        audience.group = group;
        audience.me = me.account.lid;
        audience.devices = {ada.account.lid, ben.account.lid};
        for (Party* party : {&ada, &ben}) REQUIRE(me.cipher->start_session(party->account.lid, party->bundle()));
    }

    GroupSealed send(const std::string& text, const std::vector<Jid>& targets) {
        Outgoing outgoing;
        outgoing.id = "G" + std::to_string(++sent);
        outgoing.content = bridge::whatsapp::content::make_text(text, Bytes(32, 1));
        auto sealed = seal_group(me.storage, *me.cipher, me.account, audience, me.account.lid, targets, outgoing);
        REQUIRE(sealed);
        return std::move(*sealed);
    }
    KeyPlan plan(const std::set<Jid>& promised = {}) {
        auto made = plan_keys(me.storage, audience, promised);
        REQUIRE(made);
        return std::move(*made);
    }

    /// As the server hands it to one device.
    Node for_device(const GroupSealed& sealed, const Jid& device) const {
        Node copy{"message", {{"from", group}, {"participant", me.account.lid}, {"t", "1700000000"}}};
        copy.set("id", sealed.stanza.text("id"));
        if (const Node* participants = sealed.stanza.child("participants")) {
            for (const Node& to : participants->children()) {
                if (to.jid("jid") == device) copy.add(*to.child("enc"));
            }
        }
        copy.add(*sealed.stanza.child("enc"));
        return copy;
    }
};

std::string text_in(const Opened& opened) {
    REQUIRE(opened.message);
    return bridge::whatsapp::content::unwrap(opened.message->content)->content == opened.message->content ? "ok" : "";
}

}  // namespace

TEST_CASE("group: everybody gets the key with the first message and reads on without it", "[messages]") {
    Family family;
    const auto first = family.send("one", family.plan().targets);
    CHECK(first.given == family.audience.devices);
    CHECK(first.stanza.text("addressing_mode") == "lid");
    std::vector<Jid> all = family.audience.devices;
    all.push_back(family.me.account.lid);
    CHECK(first.stanza.text("phash") == participant_hash(all));
    CHECK(first.stanza.child("device-identity"));
    REQUIRE(family.me.storage.key_holders().add(group, first.given));
    CHECK(family.plan().targets.empty());
    const auto second = family.send("two", family.plan().targets);
    CHECK_FALSE(second.stanza.child("participants"));
    CHECK_FALSE(second.stanza.child("device-identity"));
    for (Party* party : {&family.ada, &family.ben}) {
        CHECK(text_in(party->open(family.for_device(first, party->account.lid))) == "ok");
        CHECK(text_in(party->open(family.for_device(second, party->account.lid))) == "ok");
    }
}

TEST_CASE("group: a key that is on its way is not sent again", "[messages]") {
    Family family;
    CHECK(family.plan({family.ada.account.lid}).targets == std::vector{family.ben.account.lid});
}

TEST_CASE("group: whoever left cannot read on", "[messages]") {
    Family family;
    const auto before = family.send("before", family.plan().targets);
    REQUIRE(family.me.storage.key_holders().add(group, before.given));
    CHECK(text_in(family.ben.open(family.for_device(before, family.ben.account.lid))) == "ok");
    family.audience.devices = {family.ada.account.lid};
    const auto plan = family.plan();
    CHECK(plan.rotate);
    CHECK(plan.targets == family.audience.devices);
    REQUIRE(rotate_sender_key(family.me.storage, *family.me.cipher, group, family.me.account.lid));
    const auto after = family.send("after", plan.targets);
    const auto overheard = family.ben.open(family.for_device(after, family.ben.account.lid));
    REQUIRE(overheard.message);
    CHECK(overheard.message->undecryptable == events::Undecryptable::waiting_for_retry);
    CHECK(text_in(family.ada.open(family.for_device(after, family.ada.account.lid))) == "ok");
}

TEST_CASE("group: a device without a session is left out and asks by itself", "[messages]") {
    Family family;
    const Jid stranger{"400000000000004", server::lid, 2};
    family.audience.devices.push_back(stranger);
    const auto sealed = family.send("one", family.plan().targets);
    CHECK(sealed.skipped == std::vector{stranger});
    CHECK(sealed.given.size() == 2);
}

TEST_CASE("group: a device has one session, by whatever name the group calls it", "[messages]") {
    Family family;
    auto& storage = family.me.storage;
    for (const Party* party : {&family.ada, &family.ben}) {
        REQUIRE(storage.mappings().save({party->account.jid.bare(), party->account.lid.bare()}));
    }
    family.audience.lid_addressed = false;
    family.audience.me = family.me.account.jid;
    family.audience.devices = {family.ada.account.jid, family.ben.account.jid};
    CHECK(without_session(storage, *family.me.cipher, family.audience.devices).value().empty());
    const auto sealed = family.send("one", family.plan().targets);
    CHECK(sealed.given == family.audience.devices);
    CHECK(sealed.skipped.empty());
    CHECK(sealed.stanza.text("addressing_mode") == "pn");
    CHECK(text_in(family.ada.open(family.for_device(sealed, family.ada.account.jid))) == "ok");
}

TEST_CASE("group: a resend goes to one device, with the key inside", "[messages]") {
    Family family;
    Node receipt{"receipt", {{"id", "G9"}, {"type", "retry"}, {"from", group}}};
    receipt.set("participant", family.ben.account.lid);
    Outgoing outgoing;
    outgoing.id = "G9";
    outgoing.content = bridge::whatsapp::content::make_text("again", Bytes(32, 1));
    Resend resend;
    resend.session = family.ben.account.lid;
    resend.count = 2;
    resend.chat = group;
    resend.addressing_mode = "lid";
    resend.sender_key = *family.me.cipher->sender_key_distribution(group.to_string(), family.me.account.lid);
    const auto sealed = seal_retry(*family.me.cipher, family.me.account, receipt, resend, outgoing);
    REQUIRE(sealed);
    CHECK(sealed->jid("to") == group);
    CHECK(sealed->jid("participant") == family.ben.account.lid);
    CHECK(sealed->child("enc")->text("count") == "2");
    Node copy{"message", {{"from", group}, {"participant", family.me.account.lid}, {"t", "1700000000"}, {"id", "G9"}}};
    copy.add(*sealed->child("enc"));
    CHECK(text_in(family.ben.open(copy)) == "ok");
    // The key that came along opens what follows.
    const auto next = family.send("next", {});
    CHECK(text_in(family.ben.open(family.for_device(next, family.ben.account.lid))) == "ok");
}

}  // namespace tests::messages
