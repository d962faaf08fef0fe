#include "tests/support/vectors.hpp"

#include "bridge/whatsapp/media/retry.hpp"
#include "common/crypto/crypto.hpp"
#include "tests/bridge/whatsapp/media/support.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace media_test;
using namespace tests::support;
using common::json::Value;
using media::Type;

namespace {

Type type_named(const std::string& name) {
    static const std::map<std::string, Type> types{
        {"image", Type::image},
        {"video", Type::video},
        {"gif", Type::gif},
        {"ptv", Type::video_note},
        {"audio", Type::audio},
        {"ptt", Type::voice_note},
        {"document", Type::document},
        {"sticker", Type::sticker},
        {"md-msg-hist", Type::history},
        {"md-app-state", Type::app_state},
        {"thumbnail-link", Type::link_thumbnail},
        {"thumbnail-image", Type::image_thumbnail},
        {"thumbnail-video", Type::video_thumbnail},
        {"thumbnail-document", Type::document_thumbnail},
        {"sticker-pack", Type::sticker_pack},
        {"thumbnail-sticker-pack", Type::sticker_pack_thumbnail}};
    return types.at(name);
}

Bytes content_of(Value vector) {
    if (vector["plaintext"].exists()) return hex(vector, "plaintext");
    const Value pattern = member(vector, "plaintextPattern");
    REQUIRE(text(pattern, "formula") == "byte[i] = (i*a + b + (i>>8)) & 255");
    const auto a = static_cast<std::size_t>(number(pattern, "a"));
    const auto b = static_cast<std::size_t>(number(pattern, "b"));
    Bytes out(static_cast<std::size_t>(number(vector, "plaintextLength")));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * a + b + (i >> 8));
    return out;
}

void check_body(Value vector, const Bytes& body) {
    const ByteView all{body};
    CHECK(common::to_hex(all.last(10)) == text(vector, "mac10"));
    if (vector["uploadBody"].exists()) {
        CHECK(common::to_hex(body) == text(vector, "uploadBody"));
        CHECK(common::to_hex(all.first(body.size() - 10)) == text(vector, "ciphertext"));
    } else {
        CHECK(body.size() == static_cast<std::size_t>(number(vector, "uploadBodyLength")));
        CHECK(common::to_hex(all.first(64)) == text(vector, "uploadBodyFirst64"));
        CHECK(common::to_hex(all.last(64)) == text(vector, "uploadBodyLast64"));
    }
}

void check_pieces(const media::Keys& keys, const Bytes& body, const Bytes& sidecar) {
    const ByteView all{body};
    for (std::size_t i = 0; i * media::sidecar_piece < body.size(); ++i) {
        const std::size_t at = i * media::sidecar_piece;
        const ByteView piece = all.subspan(at, std::min(media::sidecar_piece, body.size() - at));
        CHECK(media::check_sidecar(keys, sidecar, i, i == 0 ? ByteView{} : all.subspan(at - 16, 16), piece));
    }
}

}  // namespace

TEST_CASE("vectors: files of every type are sealed and opened byte for byte", "[vectors]") {
    const auto document = load_vectors("media.json");
    const Value vectors = member(document.root(), "vectors");
    REQUIRE(vectors.size() > 0);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const Value vector = vectors.at(i);
        INFO("vector " << i << ": " << text(vector, "type"));
        const Type type = type_named(text(vector, "type"));
        CHECK(media::key_info(type) == text(vector, "hkdfInfo"));
        const auto keys = media::Keys::derive(hex(vector, "mediaKey"), type).value();
        CHECK(common::to_hex(keys.iv) == text(vector, "iv"));
        CHECK(common::to_hex(keys.cipher_key.view()) == text(vector, "cipherKey"));
        CHECK(common::to_hex(keys.mac_key.view()) == text(vector, "macKey"));
        const Bytes plain = content_of(vector);
        REQUIRE(plain.size() == static_cast<std::size_t>(number(vector, "plaintextLength")));
        for (const std::size_t chunk : {1U, 16U, 999U, 65536U, 1U << 20}) {
            if (chunk == 1 && plain.size() > 10'000) continue;
            const auto [sealed, body] = seal(keys, plain, chunk, true);
            check_body(vector, body);
            CHECK(sealed.file_length == plain.size());
            CHECK(sealed.body_length == body.size());
            CHECK(media::body_size(plain.size()) == body.size());
            CHECK(common::to_hex(sealed.file_sha256) == text(vector, "fileSha256"));
            CHECK(common::to_hex(sealed.file_enc_sha256) == text(vector, "fileEncSha256"));
            CHECK(common::to_hex(sealed.sidecar) == text(vector, "streamingSidecar"));
            CHECK(media::token_of(sealed.file_enc_sha256) == text(vector, "uploadTokenPadded"));
            CHECK(media::token_of(sealed.file_enc_sha256) == text(vector, "downloadHashParam"));
            CHECK(common::to_base64url(sealed.file_enc_sha256) == text(vector, "uploadTokenUnpadded"));
            const media::Expected wanted{hex(vector, "fileSha256"), hex(vector, "fileEncSha256")};
            CHECK(open(keys, wanted, body, chunk).value() == plain);
            check_pieces(keys, body, sealed.sidecar);
        }
    }
}

TEST_CASE("vectors: no file opens once a bit of it, of its key or of a hash is another", "[vectors]") {
    const auto document = load_vectors("media.json");
    const Value vectors = member(document.root(), "vectors");
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const Value vector = vectors.at(i);
        if (!vector["uploadBody"].exists()) continue;
        INFO("vector " << i << ": " << text(vector, "type"));
        const Type type = type_named(text(vector, "type"));
        const auto keys = media::Keys::derive(hex(vector, "mediaKey"), type).value();
        const Bytes body = hex(vector, "uploadBody");
        const media::Expected wanted{hex(vector, "fileSha256"), hex(vector, "fileEncSha256")};
        for (std::size_t at = 0; at < body.size(); ++at) {
            Bytes changed = body;
            changed[at] ^= 0x01;
            CHECK(open(keys, wanted, changed).error() == media::Errc::body_hash_differs);
            CHECK(open(keys, {wanted.file_sha256, {}}, changed).error() == media::Errc::wrong_mac);
            CHECK_FALSE(open(keys, wanted, ByteView{body}.first(at)).has_value());
        }
        Bytes other_key = hex(vector, "mediaKey");
        other_key[0] ^= 0x80;
        const auto other_keys = media::Keys::derive(other_key, type).value();
        CHECK(open(other_keys, wanted, body).error() == media::Errc::wrong_mac);
        Bytes other_hash = wanted.file_sha256;
        other_hash[31] ^= 0x01;
        CHECK(open(keys, {other_hash, wanted.file_enc_sha256}, body).error() == media::Errc::content_hash_differs);
    }
}

TEST_CASE("vectors: newsletter media is plain, with its hash as the token", "[vectors]") {
    const auto document = load_vectors("media.json");
    const Value vector = member(document.root(), "newsletterUnencrypted");
    const Bytes plain = hex(vector, "plaintext");
    CHECK(common::to_hex(common::crypto::sha256(plain)) == text(vector, "fileSha256"));
    CHECK(media::token_of(common::crypto::sha256(plain)) == text(vector, "uploadTokenPadded"));
    auto good = media::Decryptor::create_plain({hex(vector, "fileSha256"), {}}).value();
    CHECK(open_with(good, plain, 7).value() == plain);
    auto bad = media::Decryptor::create_plain({hex(vector, "fileSha256"), {}}).value();
    Bytes changed = plain;
    changed.back() ^= 1;
    CHECK(open_with(bad, changed, 7).error() == media::Errc::content_hash_differs);
}

TEST_CASE("vectors: media retries are sealed and opened", "[vectors]") {
    const auto document = load_vectors("media_retry.json");
    const Value vectors = member(document.root(), "vectors");
    REQUIRE(vectors.size() > 0);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        INFO("vector " << i);
        const Value vector = vectors.at(i);
        const Bytes key = hex(vector, "mediaKey");
        const std::string id = text(vector, "messageId");
        const Value request = member(vector, "request");
        const auto iv = common::to_array<12>(hex(request, "enc_iv")).value();
        const auto own = bridge::whatsapp::Jid::parse("15550001111:3@s.whatsapp.net").value();
        const media::RetryTarget target{id, bridge::whatsapp::Jid{"120363000000000001", "g.us"}, false, own};
        const auto receipt = media::retry_receipt(target, own, key, iv).value();
        CHECK(common::to_hex(receipt.child("encrypt")->child("enc_p")->bytes()) == text(request, "enc_p"));
        CHECK(media::unseal_retry(key, id, iv, hex(request, "enc_p")).value() == hex(request, "receiptPlaintext"));

        const Value told = member(vector, "notification");
        const auto told_iv = common::to_array<12>(hex(told, "enc_iv")).value();
        CHECK(media::seal_retry(key, id, told_iv, hex(told, "plaintext")).value() == hex(told, "enc_p"));
        const media::RetryAnswer answer{{id, {}, false, {}}, media::RetrySealed{hex(told, "enc_p"), told_iv}};
        const auto opened = media::open_retry(answer, key);
        REQUIRE(number(told, "result") == 1);
        CHECK(opened.value().direct_path == text(told, "directPath"));
        for (std::size_t at = 0; at < hex(told, "enc_p").size(); ++at) {
            Bytes changed = hex(told, "enc_p");
            changed[at] ^= 1;
            CHECK_FALSE(media::open_retry({answer.target, media::RetrySealed{changed, told_iv}}, key).has_value());
        }
        media::RetryAnswer other = answer;
        other.target.message_id += "0";
        CHECK_FALSE(media::open_retry(other, key).has_value());
    }
}
