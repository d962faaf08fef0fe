#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

/// Two direct chats: Omar's is the newer one.
struct Chats : Fixture {
    Chats() {
        apply(
            {text_from(maya, "M1", "Good morning", 1'760'000'000),
             text_from(maya, "M2", "Coffee?", 1'760'000'060),
             text_from(omar, "O1", "The station at nine", 1'760'000'120)}
        );
        apply({store::LearnName{maya, "Maya", "push"}, store::LearnName{omar, "Omar", "push"}});
    }
    std::vector<std::string> jids(const std::string& target) {
        const auto document = json_of(get(target));
        REQUIRE(document.root().is_array());
        std::vector<std::string> found;
        for (std::size_t i = 0; i < document.root().size(); ++i)
            found.push_back(document.root().at(i)["jid"].string_or(""));
        return found;
    }
};

using Jids = std::vector<std::string>;
const std::string maya_jid = maya.jid;
const std::string omar_jid = omar.jid;

}  // namespace

TEST_CASE("chats are listed by activity or by name, in pages", "[api]") {
    Chats chats;
    CHECK(chats.jids("/api/chats") == Jids{omar_jid, maya_jid});
    CHECK(chats.jids("/api/chats?sort=name") == Jids{maya_jid, omar_jid});
    CHECK(chats.jids("/api/chats?sort=anything") == Jids{omar_jid, maya_jid});
    CHECK(chats.jids("/api/chats?limit=1") == Jids{omar_jid});
    CHECK(chats.jids("/api/chats?limit=1&page=1") == Jids{maya_jid});
    CHECK(chats.jids("/api/chats?limit=0").empty());
    CHECK(chats.jids("/api/chats?q=may") == Jids{maya_jid});
}

TEST_CASE("a chat is found by each of its addresses", "[api]") {
    Chats chats;
    for (const char* jid :
         {"15550001111@s.whatsapp.net",
          "15550001111@c.us",
          "100000000000001@lid",
          "100000000000001%40lid",
          "15550001111:3@s.whatsapp.net",
          "15550001111"}) {
        INFO(jid);
        const auto response = chats.get("/api/chats/" + std::string{jid});
        CHECK(response.status == 200);
        CHECK(json_of(response).root()["jid"].string_or("") == maya_jid);
        CHECK(json_of(response).root()["lid"].string_or("") == maya.lid);
        CHECK(json_of(response).root()["name"].string_or("") == "Maya");
    }
    const auto missing = chats.get("/api/chats/19990000000@s.whatsapp.net");
    CHECK(missing.status == 404);
    CHECK(detail_of(missing) == "chat not found");
    CHECK(chats.get("/api/chats/%00").status == 404);
}

TEST_CASE("a chat is found by the whole phone number in any spelling", "[api]") {
    Chats chats;
    for (const char* number : {"15550001111", "+15550001111", "+1%20(555)%20000-1111"}) {
        const auto response = chats.get("/api/chats/by-phone/" + std::string{number});
        CHECK(json_of(response).root()["jid"].string_or("") == maya_jid);
    }
    CHECK(chats.get("/api/chats/by-phone/1555000111").status == 404);
    CHECK(chats.get("/api/chats/by-phone/maya").status == 404);
}

TEST_CASE("limits and pages outside their range are refused by name", "[api]") {
    Chats chats;
    for (const char* query :
         {"limit=-1", "limit=1001", "limit=abc", "limit=1.5", "limit=", "limit=99999999999999999999"}) {
        INFO(query);
        for (const char* path :
             {"/api/chats?", "/api/contacts?", "/api/chats/15550001111/messages?", "/api/messages/search?"}) {
            const auto response = chats.get(std::string{path} + query);
            CHECK(response.status == 422);
            CHECK(detail_of(response) == "limit: must be a whole number from 0 to 1000");
        }
    }
    CHECK(detail_of(chats.get("/api/chats?page=-1")) == "page: must be a whole number from 0 to 1000000");
    CHECK(chats.get("/api/chats?q=" + std::string(5'000, 'x')).status == 422);
}

TEST_CASE("contacts are found by name and number", "[api]") {
    Chats chats;
    CHECK(chats.jids("/api/contacts").size() == 2);
    CHECK(chats.jids("/api/contacts?q=oma") == Jids{omar_jid});
    CHECK(chats.jids("/api/contacts?q=50001111") == Jids{maya_jid});
    CHECK(chats.jids("/api/contacts?limit=1").size() == 1);
    CHECK(chats.jids("/api/contacts?limit=0").empty());
    const auto document = json_of(chats.get("/api/contacts?q=Maya"));
    CHECK(document.root().at(0)["phone_number"].string_or("") == "15550001111");
    CHECK(document.root().at(0)["name"].string_or("") == "Maya");
}

TEST_CASE("a person's chats are listed once each", "[api]") {
    Chats chats;
    CHECK(chats.jids("/api/contacts/15550001111/chats") == Jids{maya_jid});
    CHECK(chats.jids("/api/contacts/+1-555-000-1111/chats") == Jids{maya_jid});
    CHECK(chats.jids("/api/contacts/15550001111@s.whatsapp.net/chats") == Jids{maya_jid});
    CHECK(chats.jids("/api/contacts/19990000000/chats").empty());
}

}  // namespace tests::api
