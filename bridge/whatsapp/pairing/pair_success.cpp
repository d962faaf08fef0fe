#include "bridge/whatsapp/pairing/detail/adv.hpp"
#include "bridge/whatsapp/pairing/pairing.hpp"
#include "bridge/whatsapp/stanza/stanza.hpp"
#include "proto/adv.pb.h"

#include <utility>

namespace bridge::whatsapp::pairing {
namespace {

using wa::adv::ADVDeviceIdentity;
using wa::adv::ADVSignedDeviceIdentity;
using wa::adv::ADVSignedDeviceIdentityHMAC;

ByteView view(const std::string& text) { return common::as_bytes(text); }

/// The signed identity, when whoever scanned the code vouches for it.
Result<ADVSignedDeviceIdentity> open_container(ByteView bytes, ByteView adv_secret) {
    ADVSignedDeviceIdentityHMAC container;
    if (bytes.empty() || !detail::from_wire(container, bytes)) return Errc::malformed_identity;
    const bool hosted = container.account_type() == wa::adv::HOSTED;
    const auto mac = detail::container_mac(adv_secret, view(container.details()), hosted);
    if (!common::equal_secret(mac, view(container.hmac()))) return Errc::hmac_mismatch;
    ADVSignedDeviceIdentity identity;
    if (!detail::from_wire(identity, view(container.details()))) return Errc::malformed_identity;
    return identity;
}

/// Checks the phone's signature over `details` as received (never over a re-serialised message).
Result<common::crypto::PublicKey> check_account_signature(
    const ADVSignedDeviceIdentity& identity, const common::crypto::PublicKey& own, bool hosted
) {
    const auto phone = common::to_array<32>(view(identity.account_signature_key()));
    if (!phone || identity.account_signature().size() != 64) return Errc::signature_mismatch;
    const Bytes message = detail::account_signed_message(view(identity.details()), own, hosted);
    if (!common::crypto::xeddsa_verify(*phone, message, view(identity.account_signature())))
        return Errc::signature_mismatch;
    return *phone;
}

Node sign_reply(const Node& iq, ADVSignedDeviceIdentity identity, std::uint32_t key_index) {
    identity.clear_account_signature_key();
    Node signed_identity{"device-identity", {{"key-index", std::to_string(key_index)}}, detail::to_wire(identity)};
    Node reply = stanza::iq_result(iq);
    reply.add(Node{"pair-device-sign"}.add(std::move(signed_identity)));
    return reply;
}

Result<Linked> verify(const Node& iq, const storage::Account& account) {
    const Node* success = iq.child("pair-success");
    const auto from = iq.jid("from");
    if (!success || iq.tag != "iq" || !from || !from->is_server()) return Errc::malformed_pair_success;

    auto identity = open_container(detail::child_bytes(*success, "device-identity"), account.adv_secret.view());
    if (!identity) return identity.error();
    ADVDeviceIdentity details;
    if (!detail::from_wire(details, view(identity->details()))) return Errc::malformed_identity;
    const bool hosted = details.device_type() == wa::adv::HOSTED;
    const auto phone = check_account_signature(*identity, account.identity.public_key, hosted);
    if (!phone) return phone.error();
    const Bytes own_message =
        detail::device_signed_message(view(identity->details()), account.identity.public_key, *phone);
    const auto signature = common::crypto::xeddsa_sign(account.identity.private_key, own_message);
    identity->set_device_signature(signature.data(), signature.size());

    const Node* device = success->child("device");
    const auto jid = device ? device->jid("jid") : std::nullopt;
    if (!jid || jid->user.empty() || jid->device == 0) return Errc::malformed_pair_success;
    Linked linked;
    linked.jid = *jid;
    linked.lid = device->jid("lid").value_or(Jid{});
    linked.device_identity = detail::to_wire(*identity);
    linked.key_index = details.key_index();
    if (const Node* platform = success->child("platform")) linked.platform = platform->text("name");
    if (const Node* business = success->child("biz")) linked.business_name = business->text("name");
    linked.primary_identity = *phone;
    if (const auto time = iq.number("t"); time && *time < (1ULL << 40)) {
        linked.server_time = common::UnixTime{std::chrono::seconds{*time}};
    }
    linked.reply = sign_reply(iq, std::move(*identity), linked.key_index);
    return linked;
}

}  // namespace

std::variant<Linked, Refused> accept_pair_success(const Node& iq, const storage::Account& account) {
    auto linked = verify(iq, account);
    if (linked) return std::move(*linked);
    return Refused{linked.error(), refusal(iq, linked.error())};
}

Node refusal(const Node& iq, const Error& why) {
    Node error{"error", {{"code", "500"}, {"text", "internal-error"}}};
    if (why == Errc::hmac_mismatch) error = Node{"error", {{"code", "401"}, {"text", "hmac-mismatch"}}};
    if (why == Errc::signature_mismatch) error = Node{"error", {{"code", "401"}, {"text", "signature-mismatch"}}};
    Node reply = stanza::iq_result(iq);
    reply.set("type", "error");
    return std::move(reply.add(std::move(error)));
}

}  // namespace bridge::whatsapp::pairing
