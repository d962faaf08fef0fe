#include "bridge/whatsapp/pairing/primary.hpp"

#include "bridge/whatsapp/pairing/detail/adv.hpp"
#include "proto/adv.pb.h"

#include <array>
#include <utility>

namespace bridge::whatsapp::pairing::primary {

namespace crypto = common::crypto;

Result<ScannedCode> parse_qr(std::string_view text) {
    if (const auto hash = text.find('#'); hash != std::string_view::npos) text.remove_prefix(hash + 1);
    std::array<std::string_view, 4> fields;  // the ref in front of them may hold commas itself
    for (std::size_t i = fields.size(); i-- > 0;) {
        const auto comma = text.rfind(',');
        if (comma == std::string_view::npos) return Errc::malformed_pair_device;
        fields[i] = text.substr(comma + 1);
        text = text.substr(0, comma);
    }
    const auto noise = common::from_base64(fields[0]);
    const auto identity = common::from_base64(fields[1]);
    const auto secret = common::from_base64(fields[2]);
    if (!noise || !identity || !secret || secret->size() != 32 || text.empty()) return Errc::malformed_pair_device;
    const auto noise_key = common::to_array<32>(*noise);
    const auto identity_key = common::to_array<32>(*identity);
    if (!noise_key || !identity_key) return Errc::malformed_pair_device;
    return ScannedCode{
        std::string{text}, *noise_key, *identity_key, common::SecretBytes{*secret}, std::string{fields[3]}};
}

namespace {

void set_hosted(wa::adv::ADVDeviceIdentity& details) {
    details.set_account_type(wa::adv::HOSTED);
    details.set_device_type(wa::adv::HOSTED);
}

}  // namespace

Bytes adv_container(
    const crypto::KeyPair& phone, const Issue& issue, const crypto::PublicKey& companion, ByteView adv_secret
) {
    wa::adv::ADVDeviceIdentity details;
    details.set_raw_id(issue.raw_id);
    details.set_timestamp(static_cast<std::uint64_t>(issue.timestamp.time_since_epoch().count()));
    details.set_key_index(issue.key_index);
    if (issue.hosted) set_hosted(details);
    const Bytes details_bytes = detail::to_wire(details);
    const Bytes message = detail::account_signed_message(details_bytes, companion, issue.hosted);
    const auto signature = crypto::xeddsa_sign(phone.private_key, message);

    wa::adv::ADVSignedDeviceIdentity identity;
    identity.set_details(details_bytes.data(), details_bytes.size());
    identity.set_account_signature_key(phone.public_key.data(), phone.public_key.size());
    identity.set_account_signature(signature.data(), signature.size());
    const Bytes identity_bytes = detail::to_wire(identity);
    const auto mac = detail::container_mac(adv_secret, identity_bytes, issue.hosted);

    wa::adv::ADVSignedDeviceIdentityHMAC container;
    container.set_details(identity_bytes.data(), identity_bytes.size());
    container.set_hmac(mac.data(), mac.size());
    if (issue.hosted) container.set_account_type(wa::adv::HOSTED);
    return detail::to_wire(container);
}

Bytes signed_key_index_list(
    const crypto::KeyPair& phone, const Issue& newest, const std::vector<std::uint32_t>& valid_indexes
) {
    wa::adv::ADVKeyIndexList list;
    list.set_raw_id(newest.raw_id);
    list.set_timestamp(static_cast<std::uint64_t>(newest.timestamp.time_since_epoch().count()));
    list.set_current_index(newest.key_index);
    for (const std::uint32_t index : valid_indexes) list.add_valid_indexes(index);
    list.set_account_type(newest.hosted ? wa::adv::HOSTED : wa::adv::E2EE);
    const Bytes details = detail::to_wire(list);
    const auto signature = crypto::xeddsa_sign(phone.private_key, detail::key_index_list_message(details));
    wa::adv::ADVSignedKeyIndexList signed_list;
    signed_list.set_details(details.data(), details.size());
    signed_list.set_account_signature(signature.data(), signature.size());
    return detail::to_wire(signed_list);
}

Node pair_success(const PairSuccess& facts) {
    Node success{"pair-success"};
    success.add(Node{"device-identity", {}, facts.container});
    if (!facts.business_name.empty()) success.add(Node{"biz", {{"name", facts.business_name}}});
    Node device{"device", {{"jid", facts.jid}}};
    if (!facts.lid.empty()) device.set("lid", facts.lid);
    success.add(std::move(device));
    success.add(Node{"platform", {{"name", facts.platform}}});
    const std::string time = std::to_string(facts.time.time_since_epoch().count());
    Node iq{"iq", {{"from", Jid::whatsapp_server()}, {"type", "set"}, {"id", facts.id}, {"xmlns", "md"}, {"t", time}}};
    return std::move(iq.add(std::move(success)));
}

Result<Bytes> verify_pair_device_sign(
    const Node& reply, const crypto::PublicKey& companion, const crypto::PublicKey& phone
) {
    const Node* sign = reply.child("pair-device-sign");
    if (!sign) return Errc::malformed_pair_success;
    wa::adv::ADVSignedDeviceIdentity identity;
    const ByteView bytes = detail::child_bytes(*sign, "device-identity");
    if (bytes.empty() || !detail::from_wire(identity, bytes)) return Errc::malformed_identity;
    const Bytes message = detail::device_signed_message(common::as_bytes(identity.details()), companion, phone);
    if (!crypto::xeddsa_verify(companion, message, common::as_bytes(identity.device_signature()))) {
        return Errc::signature_mismatch;
    }
    identity.clear_account_signature_key();
    return detail::to_wire(identity);
}

}  // namespace bridge::whatsapp::pairing::primary
