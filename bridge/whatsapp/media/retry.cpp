#include "bridge/whatsapp/media/retry.hpp"

#include "bridge/whatsapp/media/detail/urls.hpp"
#include "common/crypto/crypto.hpp"
#include "proto/media_retry.pb.h"

#include <limits>

namespace bridge::whatsapp::media {
namespace {

namespace crypto = common::crypto;

constexpr std::size_t largest_id = 256;
constexpr std::size_t largest_payload = 16U << 10;  ///< real ones have under 300 bytes

Result<common::SecretBytes> retry_key(ByteView media_key) {
    if (media_key.size() != media_key_size) return Errc::bad_key;
    return crypto::hkdf_sha256(media_key, {}, common::as_bytes("WhatsApp Media Retry Notification"), 32);
}

Result<Node> receipt_for(const std::string& message_id, const Jid& own_pn, ByteView media_key, ByteArray<12> iv12) {
    wa::media::ServerErrorReceipt receipt;
    receipt.set_stanza_id(message_id);
    auto sealed = seal_retry(media_key, message_id, iv12, common::as_bytes(receipt.SerializeAsString()));
    if (!sealed) return sealed.error();
    Node encrypt{"encrypt"};
    encrypt.add(Node{"enc_p", {}, std::move(*sealed)});
    encrypt.add(Node{"enc_iv", {}, common::to_bytes(iv12)});
    Node node{"receipt", {{"id", message_id}, {"to", own_pn.bare()}, {"type", "server-error"}}};
    node.add(std::move(encrypt));
    return node;
}

Result<std::variant<RetryRefused, RetrySealed>> content_of(const Node& notification) {
    if (const Node* error = notification.child("error")) {
        const auto code = error->number("code").value_or(0);
        constexpr std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
        return {RetryRefused{static_cast<std::uint32_t>(std::min(code, largest))}};
    }
    const Node* encrypt = notification.child("encrypt");
    const Node* payload = encrypt != nullptr ? encrypt->child("enc_p") : nullptr;
    const Node* iv = encrypt != nullptr ? encrypt->child("enc_iv") : nullptr;
    if (payload == nullptr || iv == nullptr) return Error{Errc::bad_answer, "nothing encrypted"};
    if (payload->bytes().size() > largest_payload) return Error{Errc::bad_answer, "payload"};
    const auto iv12 = common::to_array<12>(iv->bytes());
    if (!iv12) return Error{Errc::bad_answer, "iv"};
    return {RetrySealed{common::to_bytes(payload->bytes()), *iv12}};
}

}  // namespace

Result<Bytes> seal_retry(ByteView media_key, const std::string& message_id, ByteArray<12> iv12, ByteView plain) {
    const auto key = retry_key(media_key);
    if (!key) return key.error();
    return crypto::aes_gcm_seal(key->view(), iv12, common::as_bytes(message_id), plain);
}

Result<Bytes> unseal_retry(ByteView media_key, const std::string& message_id, ByteArray<12> iv12, ByteView sealed) {
    const auto key = retry_key(media_key);
    if (!key) return key.error();
    auto plain = crypto::aes_gcm_open(key->view(), iv12, common::as_bytes(message_id), sealed);
    if (!plain) return plain.error();
    return std::move(*plain);
}

Result<Node> retry_receipt(const RetryTarget& target, const Jid& own_pn, ByteView media_key, ByteArray<12> iv12) {
    auto receipt = receipt_for(target.message_id, own_pn, media_key, iv12);
    if (!receipt) return receipt.error();
    Node rmr{"rmr", {{"jid", target.chat}, {"from_me", target.from_me ? "true" : "false"}}};
    if (target.participant) rmr.set("participant", *target.participant);
    receipt->add(std::move(rmr));
    return std::move(*receipt);
}

Result<Node> history_retry_receipt(
    const std::string& message_id, const Jid& own_pn, ByteView media_key, ByteArray<12> iv12
) {
    auto receipt = receipt_for(message_id, own_pn, media_key, iv12);
    if (!receipt) return receipt.error();
    receipt->set("category", std::string{"peer"});
    return std::move(*receipt);
}

Result<RetryAnswer> parse_retry(const Node& notification) {
    if (notification.text("type") != "mediaretry") return Error{Errc::bad_answer, "type"};
    RetryAnswer answer;
    answer.target.message_id = notification.text("id");
    if (answer.target.message_id.empty() || answer.target.message_id.size() > largest_id) {
        return Error{Errc::bad_answer, "id"};
    }
    auto content = content_of(notification);
    if (!content) return content.error();
    answer.content = std::move(*content);
    if (const Node* rmr = notification.child("rmr")) {
        const auto chat = rmr->jid("jid");
        if (!chat) return Error{Errc::bad_answer, "chat"};
        answer.target.chat = *chat;
        answer.target.from_me = rmr->text("from_me") == "true";
        answer.target.participant = rmr->jid("participant");
    }
    return answer;
}

Result<Reuploaded> open_retry(const RetryAnswer& answer, ByteView media_key) {
    if (const auto* refused = std::get_if<RetryRefused>(&answer.content)) {
        constexpr std::uint32_t not_found = 2;
        if (refused->code == not_found) return Errc::not_on_phone;
        return Error{Errc::unavailable, "media retry: code " + std::to_string(refused->code)};
    }
    const auto& sealed = std::get<RetrySealed>(answer.content);
    const auto plain = unseal_retry(media_key, answer.target.message_id, sealed.iv, sealed.payload);
    if (!plain) return plain.error().within("open media retry");
    wa::media::MediaRetryNotification notification;
    if (!notification.ParseFromArray(plain->data(), static_cast<int>(plain->size()))) {
        return Error{Errc::bad_answer, "media retry: protobuf"};
    }
    if (notification.stanza_id() != answer.target.message_id)
        return Error{Errc::bad_answer, "media retry: other message"};
    switch (notification.result()) {
        case wa::media::MediaRetryNotification::SUCCESS: break;
        case wa::media::MediaRetryNotification::NOT_FOUND: return Errc::not_on_phone;
        default: return Error{Errc::unavailable, "media retry: result " + std::to_string(notification.result())};
    }
    if (!detail::is_direct_path(notification.direct_path())) return Errc::bad_path;
    return Reuploaded{notification.direct_path(), common::to_bytes(notification.message_secret())};
}

}  // namespace bridge::whatsapp::media
