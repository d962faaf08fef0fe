#include "bridge/whatsapp/jid/jid.hpp"

#include "tests/support/print.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using namespace bridge::whatsapp;
using namespace tests::support;

namespace {

std::string parsed(std::string_view recipient) {
    const auto jid = Jid::parse_recipient(recipient);
    return jid ? jid->to_string() : "error";
}

}  // namespace

TEST_CASE("jid: a text form comes back from its parts", "[jid]") {
    for (const std::string_view text :
         {"15551234567@s.whatsapp.net",
          "15551234567:3@s.whatsapp.net",
          "123456789012345:99@lid",
          "120363012345678901@g.us",
          "status@broadcast",
          "s.whatsapp.net",
          "7-somebody.else:2@interop",
          "15551234567.2:5@s.whatsapp.net"}) {
        CHECK(Jid::parse(text).value().to_string() == text);
    }
}

TEST_CASE("jid: separators and numbers out of place are errors", "[jid]") {
    for (const std::string_view text :
         {"",
          "@",
          "a@",
          "a@b@c",
          "a@b:1",
          ":1@lid",
          ".1@lid",
          "1.2:3:4@lid",
          "1:2.3@lid",
          "1:@lid",
          "1.:2@lid",
          "1:65536@g.us",
          "1:256@s.whatsapp.net",
          "1.256@lid",
          "1:-1@lid",
          "1: 1@lid",
          "1:1 @lid",
          ":1@interop",
          "5-@interop"}) {
        INFO(text);
        CHECK(Jid::parse(text).has_error());
    }
}

TEST_CASE("jid: every prefix of a text form parses or fails, never more", "[jid]") {
    const std::string whole = "15521-6736660879:3@interop";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto jid = Jid::parse(std::string_view{whole}.substr(0, size));
        if (jid) CHECK_FALSE(jid->server.empty());
    }
}

TEST_CASE("jid: a recipient is a JID with a user or a number as people write it", "[jid]") {
    CHECK(parsed("+1 (555) 123-4567") == "15551234567@s.whatsapp.net");
    CHECK(parsed("1.555.123.4567") == "15551234567@s.whatsapp.net");
    CHECK(parsed("15551234567@c.us") == "15551234567@s.whatsapp.net");
    CHECK(parsed("120363012345678901@g.us") == "120363012345678901@g.us");
    CHECK(parsed("123456") == "error");
    CHECK(parsed("1234567890123456") == "error");
    CHECK(parsed("1555+1234567") == "error");
    CHECK(parsed("one two three") == "error");
    CHECK(parsed("s.whatsapp.net") == "error");
    CHECK(parsed("@s.whatsapp.net") == "error");
    CHECK(parsed("") == "error");
}

TEST_CASE("jid: the account is the JID without its device", "[jid]") {
    const Jid device = Jid::parse("7-654:3@interop").value();
    CHECK(device.bare().to_string() == "7-654@interop");
    CHECK(device.with_device(5).to_string() == "7-654:5@interop");
    CHECK(Jid::parse("15551234567:3@hosted").value().normalised().to_string() == "15551234567:3@s.whatsapp.net");
    CHECK(Jid::parse("123:3@hosted.lid").value().normalised().to_string() == "123:3@lid");
    CHECK(Jid::whatsapp_server().is_server());
    CHECK_FALSE(Jid::whatsapp_server().is_user());
}

TEST_CASE("jids.json: parts, text and Signal names are as recorded", "[vectors]") {
    const auto file = load_vectors("jids.json");
    const auto jids = member(file.root(), "jids");
    REQUIRE(jids.size() > 0);
    for (std::size_t i = 0; i < jids.size(); ++i) {
        const auto each = jids.at(i);
        INFO(text(each, "text"));
        const Jid jid = Jid::parse(text(each, "text")).value();
        CHECK(jid.user == text(each, "user"));
        CHECK(jid.server == text(each, "server"));
        CHECK(jid.device == number(each, "device"));
        CHECK(jid.integrator == each["integrator"].integer_or(0));
        CHECK(jid.to_string() == text(each, "canonical"));
        const auto agrees = [&](std::string_view key, bool ours) { return each[key].boolean_or(ours) == ours; };
        CHECK(agrees("is_bot", jid.is_bot()));
        CHECK(agrees("is_group", jid.is_group()));
        CHECK(agrees("is_newsletter", jid.is_newsletter()));
        CHECK(agrees("is_lid", jid.is_lid()));
        CHECK(agrees("is_hosted", jid.is_hosted()));
        if (each["signal_name"].is_string()) CHECK(jid.signal_name() == text(each, "signal_name"));
        if (each["bare"].is_string()) CHECK(jid.bare().to_string() == text(each, "bare"));
    }
    const auto unparseable = member(file.root(), "unparseable");
    REQUIRE(unparseable.size() > 0);
    for (std::size_t i = 0; i < unparseable.size(); ++i) {
        INFO(unparseable.at(i).string_or(""));
        CHECK(Jid::parse(unparseable.at(i).string_or("")).has_error());
    }
}
