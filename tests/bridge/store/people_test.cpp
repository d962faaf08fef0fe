#include "tests/bridge/store/fixture.hpp"

#include <algorithm>

namespace bridge::store {
namespace {

using Strings = std::vector<std::string>;

Strings ids(const std::vector<contract::Message>& messages) {
    Strings out;
    for (const auto& message : messages) out.push_back(message.id);
    return out;
}

Strings jids(const std::vector<contract::Chat>& chats) {
    Strings out;
    for (const auto& chat : chats) out.push_back(chat.jid);
    return out;
}

TEST_CASE_METHOD(Fixture, "people: two chats of one person become one when the mapping is learned", "[store]") {
    AddMessage in_group = text_from(group, "G1", "both hands", 1500);
    in_group.sender = ada_lid;
    apply(
        {text_from(ada, "A1", "by number", 1000),
         text_from(ada_lid, "L1", "by lid", 2000),
         text_from(ada, "A2", "by number", 3000),
         in_group,
         text_to(ada_lid, "S1", "mine", 2500)}
    );
    CHECK(value_of(store->chats({})).size() == 3);
    const auto before = store->newest_seq();
    apply({LearnMapping{ada_both}});
    CHECK(event_types(before) == Strings{"contact", "chat"});
    CHECK(jids(value_of(store->chats({}))) == Strings{ada.jid, group.jid});
    for (const std::string& address : {ada.jid, ada_lid.lid}) {
        CHECK(ids(value_of(store->messages(address, 10, 0, ""))) == Strings{"A2", "S1", "L1", "A1"});
    }
    const auto chat = value_of(store->chat(ada_lid.lid));
    CHECK(chat.jid == ada.jid);
    CHECK(chat.lid == ada_lid.lid);
    CHECK(chat.unread_count == 3);
    CHECK(chat.last_message == "by number");
    CHECK(value_of(store->message("G1", "")).sender == ada.jid);
    CHECK(value_of(store->message("L1", "")).chat_jid == ada.jid);
    // Every way to search still finds what was stored under the other address.
    for (const char* query : {"", "by", "by lid"}) {
        SearchFilter filter;
        filter.query = query;
        filter.sender = "15550000001";
        filter.chat_jid = ada.jid;
        const auto found = ids(value_of(store->search(filter)));
        CHECK(std::count(found.begin(), found.end(), "L1") == 1);
    }
    CHECK(value_of(store->contacts("", 0)).size() == 2);
    apply({LearnMapping{ada_both}});
    CHECK(event_types(before).size() == 2);
    apply({text_from(ada_lid, "L2", "again by lid", 4000), text_from(ada, "A3", "again", 5000)});
    CHECK(ids(value_of(store->messages(ada.jid, 2, 0, ""))) == Strings{"A3", "L2"});
    reopen();
    CHECK(value_of(store->messages(ada.jid, 20, 0, "")).size() == 6);
}

TEST_CASE_METHOD(Fixture, "people: a message that both chats have collapses into one", "[store]") {
    AddMessage stub = text_from(ada, "D1", "", 1000);
    stub.status = "undecryptable";
    AddMessage sent = text_to(ada_lid, "D2", "mine", 1001);
    apply({stub, text_from(ada_lid, "D1", "the text", 1000), text_to(ada, "D2", "mine", 1001), sent});
    apply(
        {AdvanceMessage{ada, "D2", "sent", "", at(1002), ""},
         AdvanceMessage{ada_lid, "D2", "delivered", ada_lid.lid, at(1003), ""}}
    );
    apply({LearnMapping{ada_both}});
    const auto messages = value_of(store->messages(ada.jid, 10, 0, ""));
    REQUIRE(ids(messages) == Strings{"D2", "D1"});
    CHECK(messages[1].content == "the text");
    CHECK(messages[0].status == "delivered");
    CHECK(value_of(store->delivery("D2", "")).steps.size() == 3);
    SearchFilter filter;
    filter.query = "the text";
    CHECK(value_of(store->search(filter)).size() == 1);
}

TEST_CASE_METHOD(Fixture, "people: a message that carries both addresses teaches the mapping", "[store]") {
    apply({text_from(ada_lid, "L1", "by lid", 1000)});
    CHECK(value_of(store->chat(ada_lid.lid)).jid == ada_lid.lid);
    apply({text_from(ada_both, "A1", "both", 2000)});
    CHECK(jids(value_of(store->chats({}))) == Strings{ada.jid});
    CHECK(ids(value_of(store->messages(ada_lid.lid, 10, 0, ""))) == Strings{"A1", "L1"});
    // A LID in the place of the number is seen for what it is.
    apply({text_from({ada_lid.lid, ""}, "L2", "swapped", 3000)});
    CHECK(value_of(store->messages(ada.jid, 10, 0, "")).size() == 3);
}

TEST_CASE_METHOD(Fixture, "people: a LID that moves to another number leaves two people", "[store]") {
    apply({text_from(ada_both, "A1", "x", 1000), text_from(bob, "B1", "y", 2000)});
    apply({LearnMapping{{bob.jid, ada_lid.lid}}});
    CHECK(value_of(store->chat(ada_lid.lid)).jid == bob.jid);
    CHECK_FALSE(value_of(store->chat(ada.jid)).lid);
    CHECK(ids(value_of(store->messages(ada.jid, 10, 0, ""))) == Strings{"A1"});
}

TEST_CASE_METHOD(Fixture, "people: a person who changes the number keeps the chat", "[store]") {
    apply({text_from(ada_both, "A1", "x", 1000)});
    apply({LearnMapping{{"15557777777@s.whatsapp.net", ada_lid.lid}}});
    const auto chats = value_of(store->chats({}));
    CHECK(jids(chats) == Strings{"15557777777@s.whatsapp.net"});
    CHECK(value_of(store->messages("15557777777@s.whatsapp.net", 10, 0, "")).size() == 1);
}

TEST_CASE_METHOD(Fixture, "people: the best source names a person, and the name shows wherever they are", "[store]") {
    AddMessage message = text_from(ada, "A1", "x");
    message.push_name = "ada!";
    apply({message});
    CHECK(value_of(store->chat(ada.jid)).name == "ada!");
    const auto before = store->newest_seq();
    apply({LearnName{ada, "Ada Lovelace", "contact"}});
    CHECK(event_types(before) == Strings{"contact", "chat"});
    message.push_name = "countess";
    message.id = "A2";
    apply({message, LearnName{ada, "Analytical Ltd", "business"}});
    CHECK(value_of(store->chat(ada.jid)).name == "Ada Lovelace");
    CHECK(value_of(store->message("A1", "")).sender_name == "Ada Lovelace");
    CHECK(value_of(store->message("A1", "")).chat_name == "Ada Lovelace");
    apply({LearnName{ada, "", "contact"}});
    CHECK(value_of(store->chat(ada.jid)).name == "Analytical Ltd");
    apply({LearnMapping{ada_both}, LearnName{ada_lid, "Verified", "verified"}});
    CHECK(value_of(store->chat(ada.jid)).name == "Verified");
    CHECK(run(store->apply({LearnName{ada, "x", "hearsay"}})).error() == Errc::bad_change);
}

TEST_CASE_METHOD(Fixture, "people: names of both rows survive a merge", "[store]") {
    AddMessage by_lid = text_from(ada_lid, "L1", "x");
    by_lid.push_name = "ada";
    apply({by_lid, LearnName{ada, "Ada Lovelace", "contact"}});
    apply({LearnMapping{ada_both}});
    CHECK(value_of(store->chat(ada.jid)).name == "Ada Lovelace");
    apply({LearnName{ada, "", "contact"}});
    CHECK(value_of(store->chat(ada.jid)).name == "ada");
}

TEST_CASE_METHOD(Fixture, "people: contacts are found by part of a name or number", "[store]") {
    apply(
        {LearnName{ada_both, "Ada Lovelace", "contact"},
         LearnName{bob, "Émile", "contact"},
         text_from(group, "G1", "x")}
    );
    AddMessage nameless = text_from({"15550009999@s.whatsapp.net", ""}, "N1", "x");
    apply({nameless});
    const auto all = value_of(store->contacts("", 0));
    REQUIRE(all.size() == 3);
    CHECK(all[0].name == "Ada Lovelace");
    CHECK(all[0].phone_number == "15550000001");
    CHECK(all[0].jid == ada.jid);
    CHECK(all[0].lid == ada_lid.lid);
    CHECK_FALSE(all[2].name);
    CHECK(value_of(store->contacts("LOVE", 0)).size() == 1);
    CHECK(value_of(store->contacts("éMI", 0)).size() == 1);
    CHECK(value_of(store->contacts("9999", 0)).size() == 1);
    CHECK(value_of(store->contacts("1000000000", 0)).size() == 1);
    CHECK(value_of(store->contacts("", 2)).size() == 2);
    CHECK(value_of(store->contacts("nobody", 0)).empty());
}

TEST_CASE_METHOD(Fixture, "people: the chats of a contact are those they have written in", "[store]") {
    AddMessage in_group = text_from(group, "G1", "x", 3000);
    in_group.sender = ada;
    apply({text_from(ada, "A1", "x", 1000), text_from(bob, "B1", "x", 2000), in_group});
    CHECK(jids(value_of(store->contact_chats("15550000001"))) == Strings{group.jid, ada.jid});
    CHECK(jids(value_of(store->contact_chats(bob.jid))) == Strings{bob.jid});
    CHECK(value_of(store->contact_chats("1555")).empty());
}

TEST_CASE_METHOD(Fixture, "people: chains of merges keep every message findable", "[store]") {
    // Three addresses, merged in two steps: the last row absorbs one that had absorbed another.
    const Party second_number{"15558888888@s.whatsapp.net", ""};
    apply({text_from(ada_lid, "L1", "chained one", 1000), text_from(ada, "A1", "chained two", 2000)});
    apply({LearnMapping{ada_both}});
    apply({LearnMapping{{second_number.jid, ada_lid.lid}}});
    apply({text_from(second_number, "C1", "chained three", 3000), text_from(ada_lid, "L2", "chained four", 4000)});
    SearchFilter filter;
    filter.query = "chained";
    CHECK(value_of(store->search(filter)).size() == 4);
    filter.chat_jid = ada_lid.lid;
    filter.sender = ada_lid.lid;
    const auto found = ids(value_of(store->search(filter)));
    for (const auto& message : value_of(store->messages(ada_lid.lid, 10, 0, ""))) {
        CHECK(std::count(found.begin(), found.end(), message.id) == 1);
    }
}

}  // namespace
}  // namespace bridge::store
