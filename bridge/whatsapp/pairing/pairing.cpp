#include "bridge/whatsapp/pairing/pairing.hpp"

#include "bridge/whatsapp/stanza/stanza.hpp"

#include <algorithm>

namespace bridge::whatsapp::pairing {

using common::Kind;
namespace crypto = common::crypto;

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::malformed_pair_device: return {Kind::unavailable, "WhatsApp's offer of QR codes could not be read"};
        case Errc::malformed_pair_success:
            return {Kind::unavailable, "WhatsApp's confirmation of the link could not be read"};
        case Errc::malformed_identity: return {Kind::unauthorized, "the phone's proof of the link could not be read"};
        case Errc::hmac_mismatch: return {Kind::unauthorized, "the link was not made by whoever saw the code"};
        case Errc::signature_mismatch: return {Kind::unauthorized, "the phone's signature of the link is wrong"};
        case Errc::vetoed: return {Kind::conflict, "this account is not wanted here"};
        case Errc::bad_phone_number:
            return {Kind::invalid, "a phone number needs 7 to 15 digits in international form, without leading zero"};
        case Errc::bad_code:
            return {Kind::invalid, "a pairing code has eight characters of 1-9 and A-Z without I, O and U"};
        case Errc::refused: return {Kind::unavailable, "WhatsApp refused the pairing code"};
        case Errc::malformed_hello: return {Kind::unavailable, "the phone's answer to the code could not be read"};
        case Errc::unknown_ref: return {Kind::not_found, "the phone answered to another pairing code"};
        case Errc::weak_key: return {Kind::unauthorized, "the phone sent a key that is not safe to use"};
        case Errc::malformed_passkey: return {Kind::invalid, "the passkey step could not be read"};
    }
    return {Kind::internal, "unknown pairing error"};
}

storage::Account new_account(const common::Clock& clock) {
    storage::Account account;
    account.registration_id = 1 + static_cast<std::uint32_t>(crypto::random_below(16'380));
    account.noise = crypto::KeyPair::generate();
    account.identity = crypto::KeyPair::generate();
    account.signed_pre_key.id = 1;
    account.signed_pre_key.pair = crypto::KeyPair::generate();
    const Bytes signed_key = crypto::prefixed(account.signed_pre_key.pair.public_key);
    account.signed_pre_key.signature = crypto::xeddsa_sign(account.identity.private_key, signed_key);
    account.signed_pre_key.created = clock.now();
    account.adv_secret = common::SecretBytes{crypto::random_bytes(32)};
    return account;
}

namespace {

constexpr std::size_t most_refs = 64;
constexpr std::size_t longest_ref = 1024;

bool is_ref(ByteView bytes) {
    const auto printable = [](std::uint8_t byte) { return byte > 0x20 && byte < 0x7F; };
    return !bytes.empty() && bytes.size() <= longest_ref && std::all_of(bytes.begin(), bytes.end(), printable);
}

bool is_from_server(const Node& iq) {
    const auto from = iq.jid("from");
    return iq.tag == "iq" && iq.text("type") == "set" && from && from->is_server();
}

}  // namespace

bool is_pair_device(const Node& iq) noexcept { return iq.tag == "iq" && iq.child("pair-device") != nullptr; }
bool is_pair_success(const Node& iq) noexcept { return iq.tag == "iq" && iq.child("pair-success") != nullptr; }

Result<PairDevice> parse_pair_device(const Node& iq) {
    const Node* offer = iq.child("pair-device");
    if (!offer || !is_from_server(iq)) return Errc::malformed_pair_device;
    PairDevice device;
    for (const Node& child : offer->children()) {
        if (child.tag != "ref") continue;
        if (!is_ref(child.bytes()) || device.refs.size() == most_refs) return Errc::malformed_pair_device;
        device.refs.push_back(common::to_string(child.bytes()));
    }
    if (device.refs.empty()) return Errc::malformed_pair_device;
    device.reply = stanza::iq_result(iq);
    return device;
}

std::string qr_text(std::string_view ref, const storage::Account& account, std::string_view client_type) {
    std::string text{"https://wa.me/settings/linked_devices#"};
    text += ref;
    text += ',' + common::to_base64(account.noise.public_key);
    text += ',' + common::to_base64(account.identity.public_key);
    text += ',' + common::to_base64(account.adv_secret.view());
    text += ',';
    text += client_type;
    return text;
}

std::chrono::seconds qr_lifetime(std::size_t index) noexcept { return std::chrono::seconds{index == 0 ? 60 : 20}; }

storage::Account linked_account(storage::Account account, const Linked& linked, common::UnixTime now) {
    account.jid = linked.jid;
    account.lid = linked.lid;
    account.platform = linked.platform;
    account.business_name = linked.business_name;
    account.device_identity = linked.device_identity;
    account.linked_at = now;
    return account;
}

Node logout_request(const Jid& own) {
    Node removal{"remove-companion-device", {{"jid", own}, {"reason", "user_initiated"}}};
    return stanza::iq_set("md", {std::move(removal)});
}

}  // namespace bridge::whatsapp::pairing
