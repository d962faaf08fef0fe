#include "bridge/whatsapp/media/retry.hpp"

#include "bridge/whatsapp/binary/codec.hpp"
#include "tests/bridge/whatsapp/media/support.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace media_test;
using bridge::whatsapp::Jid;
using bridge::whatsapp::Node;
using media::Errc;

namespace {

const Bytes key = counting(32);
const common::ByteArray<12> iv{1, 2, 3};
const Jid own{"15550001111", "s.whatsapp.net", 3};
const Jid group{"120363000000000001", "g.us"};
const Jid ada{"15550002222", "s.whatsapp.net"};

/// Protobuf of the phone's answer, by hand.
Bytes answer_text(std::string_view id, std::string_view path, int result) {
    std::string out = "\x0a";
    out += static_cast<char>(id.size());
    out += id;
    if (!path.empty()) {
        out += "\x12";
        out += static_cast<char>(path.size());
        out += path;
    }
    out += "\x18";
    out += static_cast<char>(result);
    return common::to_bytes(out);
}

Node notification(std::string_view id, const Bytes& plain) {
    Node encrypt{"encrypt"};
    encrypt.add(Node{"enc_p", {}, media::seal_retry(key, std::string{id}, iv, plain).value()});
    encrypt.add(Node{"enc_iv", {}, common::to_bytes(iv)});
    Node node{"notification", {{"type", "mediaretry"}, {"id", id}, {"from", own.bare()}}};
    node.add(std::move(encrypt));
    node.add(Node{"rmr", {{"jid", group}, {"from_me", "false"}, {"participant", ada}}});
    return node;
}

common::Result<media::Reuploaded> opened(std::string_view id, const Bytes& plain) {
    return media::open_retry(media::parse_retry(notification(id, plain)).value(), key);
}

}  // namespace

TEST_CASE("media retry: the receipt goes to our own account and names the message", "[media]") {
    const Node receipt = media::retry_receipt({"3EB0AA", group, false, ada}, own, key, iv).value();
    CHECK(receipt.tag == "receipt");
    CHECK(receipt.text("type") == "server-error");
    CHECK(receipt.text("id") == "3EB0AA");
    CHECK(receipt.jid("to") == own.bare());
    CHECK_FALSE(receipt.has("category"));
    const Node* rmr = receipt.child("rmr");
    REQUIRE(rmr != nullptr);
    CHECK(rmr->jid("jid") == group);
    CHECK(rmr->text("from_me") == "false");
    CHECK(rmr->jid("participant") == ada);
    const Node mine = media::retry_receipt({"3EB0AA", ada, true, {}}, own, key, iv).value();
    CHECK(mine.child("rmr")->text("from_me") == "true");
    CHECK_FALSE(mine.child("rmr")->has("participant"));
    CHECK(media::retry_receipt({"3EB0AA", ada, true, {}}, own, Bytes(31, 1), iv).error() == Errc::bad_key);
}

TEST_CASE("media retry: a history blob is asked for as a peer, without a chat", "[media]") {
    const Node receipt = media::history_retry_receipt("3EB0AA", own, key, iv).value();
    CHECK(receipt.text("category") == "peer");
    CHECK(receipt.child("rmr") == nullptr);
    CHECK(receipt.child("encrypt") != nullptr);
}

TEST_CASE("media retry: a good answer has the new path", "[media]") {
    const auto answer = media::parse_retry(notification("3EB0AA", answer_text("3EB0AA", "/v/new", 1))).value();
    CHECK(answer.target.message_id == "3EB0AA");
    CHECK(answer.target.chat == group);
    CHECK(answer.target.participant == ada);
    CHECK_FALSE(answer.target.from_me);
    CHECK(media::open_retry(answer, key).value().direct_path == "/v/new");
    CHECK_FALSE(media::open_retry(answer, Bytes(32, 9)).has_value());
    CHECK(media::open_retry(answer, Bytes(5, 9)).error() == Errc::bad_key);
}

TEST_CASE("media retry: answers that bring no file say why", "[media]") {
    CHECK(opened("3EB0AA", answer_text("3EB0AA", "", 2)).error() == Errc::not_on_phone);
    CHECK(opened("3EB0AA", answer_text("3EB0AA", "", 0)).error() == Errc::unavailable);
    CHECK(opened("3EB0AA", answer_text("3EB0AA", "/v/new", 3)).error() == Errc::unavailable);
    CHECK(opened("3EB0AA", answer_text("3EB0BB", "/v/new", 1)).error() == Errc::bad_answer);
    CHECK(opened("3EB0AA", Bytes{0xFF, 0xFF}).error() == Errc::bad_answer);
    for (const auto path : {"v/new", "//evil.example/v", "/", "/v/a b", "@evil.example/v", "/v\r\nHost: x"}) {
        CHECK(opened("3EB0AA", answer_text("3EB0AA", path, 1)).error() == Errc::bad_path);
    }
    Node refused{"notification", {{"type", "mediaretry"}, {"id", "3EB0AA"}}};
    refused.add(Node{"error", {{"code", "2"}}});
    CHECK(media::open_retry(media::parse_retry(refused).value(), key).error() == Errc::not_on_phone);
    refused.child("error")->set("code", std::string{"99999999999999"});
    CHECK(media::open_retry(media::parse_retry(refused).value(), key).error() == Errc::unavailable);
}

TEST_CASE("media retry: malformed notifications are refused", "[media]") {
    const Node good = notification("3EB0AA", answer_text("3EB0AA", "/v/new", 1));
    const auto refuse = [](const Node& node) { CHECK(media::parse_retry(node).error() == Errc::bad_answer); };
    Node changed = good;
    changed.set("type", std::string{"devices"});
    refuse(changed);
    changed = good;
    changed.erase("id");
    refuse(changed);
    changed = good;
    changed.set("id", std::string(300, 'A'));
    refuse(changed);
    changed = good;
    changed.child("encrypt")->content = {};
    refuse(changed);
    changed = good;
    changed.child("encrypt")->child("enc_iv")->content = Bytes(11, 0);
    refuse(changed);
    changed = good;
    changed.child("encrypt")->child("enc_p")->content = Bytes(20'000, 0);
    refuse(changed);
    changed = good;
    changed.child("rmr")->erase("jid");
    refuse(changed);
}
