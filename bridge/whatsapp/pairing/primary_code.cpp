#include "bridge/whatsapp/pairing/detail/adv.hpp"
#include "bridge/whatsapp/pairing/detail/code_keys.hpp"
#include "bridge/whatsapp/pairing/primary.hpp"

#include <algorithm>
#include <utility>

namespace bridge::whatsapp::pairing::primary {

namespace crypto = common::crypto;

EntryRandomness EntryRandomness::fresh() {
    EntryRandomness random;
    random.ephemeral = crypto::KeyPair::generate();
    crypto::random_bytes(random.salt);
    crypto::random_bytes(random.iv);
    return random;
}

Result<CodeEntry> enter_code(
    std::string_view code,
    ByteView wrapped,
    ByteView ref,
    const crypto::PublicKey& phone_identity,
    const EntryRandomness& random
) {
    const auto companion_wrapped = common::to_array<80>(wrapped);
    if (!companion_wrapped) return Errc::malformed_hello;
    CodeEntry entry;
    entry.ephemeral = random.ephemeral;
    entry.companion_ephemeral = detail::unwrap_ephemeral(code, *companion_wrapped);
    const auto own_wrapped = detail::wrap_ephemeral(code, random.ephemeral.public_key, random.salt, random.iv);
    entry.primary_hello = Node{"link_code_companion_reg", {{"stage", "primary_hello"}}};
    entry.primary_hello.add(Node{
        "link_code_pairing_wrapped_primary_ephemeral_pub", {}, common::to_bytes(ByteView{own_wrapped})});
    entry.primary_hello.add(Node{"primary_identity_pub", {}, common::to_bytes(ByteView{phone_identity})});
    entry.primary_hello.add(Node{"link_code_pairing_ref", {}, common::to_bytes(ref)});
    return entry;
}

Result<CodeResult> finish_code(const Node& companion_finish, const CodeEntry& entry, const crypto::KeyPair& phone) {
    const Node* message = companion_finish.child("link_code_companion_reg");
    if (!message) return Errc::malformed_hello;
    const ByteView wrapped = detail::child_bytes(*message, "link_code_pairing_wrapped_key_bundle");
    const auto companion = common::to_array<32>(detail::child_bytes(*message, "companion_identity_public"));
    if (wrapped.size() != 156 || !companion) return Errc::malformed_hello;

    const auto ephemeral_secret = crypto::x25519(entry.ephemeral.private_key, entry.companion_ephemeral);
    const auto identity_secret = crypto::x25519(phone.private_key, *companion);
    if (!ephemeral_secret || !identity_secret) return Errc::weak_key;
    const auto key = detail::bundle_key(*ephemeral_secret, wrapped.first(32));
    const auto bundle = crypto::aes_gcm_open(key.view(), wrapped.subspan(32, 12), {}, wrapped.subspan(44));
    if (!bundle) return Errc::bad_code;
    const ByteView opened{*bundle};
    const bool is_theirs = common::equal_secret(opened.first(32), *companion);
    const bool is_ours = common::equal_secret(opened.subspan(32, 32), phone.public_key);
    if (!is_theirs || !is_ours) return Errc::bad_code;
    CodeResult result;
    result.adv_secret = detail::shared_adv_secret(*ephemeral_secret, *identity_secret, opened.subspan(64, 32));
    result.companion_identity = *companion;
    return result;
}

}  // namespace bridge::whatsapp::pairing::primary
