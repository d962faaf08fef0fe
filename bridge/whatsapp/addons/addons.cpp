#include "bridge/whatsapp/addons/addons.hpp"

#include "common/crypto/crypto.hpp"
#include "proto/e2e.pb.h"

#include <algorithm>
#include <array>

namespace bridge::whatsapp::addons {

using common::Bytes;
using common::ByteView;
using common::Result;
using content::Sealed;

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::bad_secret: return {Kind::invalid, "a message secret has 32 bytes"};
        case Errc::bad_seal: return {Kind::invalid, "an encrypted add-on has a payload and an IV of 12 bytes"};
        case Errc::does_not_open: return {Kind::not_found, "the encrypted add-on does not open"};
        case Errc::malformed: return {Kind::invalid, "the encrypted add-on holds something malformed"};
    }
    return {Kind::internal, "unknown add-on error"};
}

namespace {

constexpr std::size_t secret_size = 32;
constexpr std::size_t iv_size = 12;
constexpr std::size_t tag_size = 16;

std::string bare(const Jid& jid) { return jid.bare().to_string(); }

/// The oldest three use cases bind message and modifier besides the key.
Bytes aad_of(UseCase use, const Parties& parties) {
    if (use != UseCase::poll_vote && use != UseCase::event_response && use != UseCase::bot) return {};
    constexpr std::array<std::uint8_t, 1> between{0};
    const std::string modifier = bare(parties.modifier);
    return common::concat({common::as_bytes(parties.message_id), between, common::as_bytes(modifier)});
}

Result<Bytes> open_with(const Sealed& sealed, const common::SecretBytes& key, ByteView aad) {
    if (sealed.iv.size() != iv_size || sealed.payload.size() < tag_size) return Errc::bad_seal;
    auto plain = common::crypto::aes_gcm_open(key.view(), sealed.iv, aad, sealed.payload);
    if (!plain) return Errc::does_not_open;
    return plain;
}

}  // namespace

std::string_view name(UseCase use) noexcept {
    switch (use) {
        case UseCase::poll_vote: return "Poll Vote";
        case UseCase::event_response: return "Event Response";
        case UseCase::reaction: return "Enc Reaction";
        case UseCase::comment: return "Enc Comment";
        case UseCase::message_edit: return "Message Edit";
        case UseCase::event_edit: return "Event Edit";
        case UseCase::poll_edit: return "Poll Edit";
        case UseCase::poll_add_option: return "Poll Add Option";
        case UseCase::bot: return "";
    }
    return "";
}

std::optional<UseCase> use_case_of(content::SecretKind kind) noexcept {
    switch (kind) {
        case content::SecretKind::event_edit: return UseCase::event_edit;
        case content::SecretKind::message_edit: return UseCase::message_edit;
        case content::SecretKind::poll_edit: return UseCase::poll_edit;
        case content::SecretKind::poll_add_option: return UseCase::poll_add_option;
        case content::SecretKind::message_schedule:
        case content::SecretKind::unknown: break;
    }
    return std::nullopt;
}

Result<common::SecretBytes> key_for(UseCase use, ByteView secret, const Parties& parties) {
    if (secret.size() != secret_size) return Errc::bad_secret;
    common::SecretBytes base{secret};
    if (use == UseCase::bot)
        base = common::crypto::hkdf_sha256(secret, {}, common::as_bytes("Bot Message"), secret_size);
    const std::string info =
        parties.message_id + bare(parties.author) + bare(parties.modifier) + std::string{name(use)};
    return common::crypto::hkdf_sha256(base.view(), {}, common::as_bytes(info), 32);
}

Result<Sealed> seal(UseCase use, ByteView secret, const Parties& parties, ByteView plain, ByteView iv12) {
    if (iv12.size() != iv_size) return Errc::bad_seal;
    const auto key = key_for(use, secret, parties);
    if (!key) return key.error();
    Sealed sealed;
    sealed.iv = common::to_bytes(iv12);
    sealed.payload = common::crypto::aes_gcm_seal(key->view(), iv12, aad_of(use, parties), plain);
    return sealed;
}

Result<Bytes> open(UseCase use, ByteView secret, const Parties& parties, const Sealed& sealed) {
    const auto key = key_for(use, secret, parties);
    if (!key) return key.error();
    return open_with(sealed, *key, aad_of(use, parties));
}

std::vector<Parties> attempts(const std::string& message_id, const Names& author, const Names& modifier) {
    std::vector<Parties> out;
    const auto add = [&](const Jid& a, const Jid& m) {
        if (a.empty() || m.empty()) return;
        Parties parties{message_id, a.bare(), m.bare()};
        if (std::find(out.begin(), out.end(), parties) == out.end()) out.push_back(std::move(parties));
    };
    add(author.lid, modifier.lid);
    add(author.pn, modifier.pn);
    add(author.found, modifier.found);
    const std::array authors{&author.found, &author.lid, &author.pn};
    const std::array modifiers{&modifier.found, &modifier.lid, &modifier.pn};
    for (const Jid* a : authors) {
        for (const Jid* m : modifiers) add(*a, *m);
    }
    return out;
}

Result<Opened> open_any(
    UseCase use,
    ByteView secret,
    const std::string& message_id,
    const Names& author,
    const Names& modifier,
    const Sealed& sealed
) {
    if (secret.size() != secret_size) return Errc::bad_secret;
    for (const Parties& parties : attempts(message_id, author, modifier)) {
        auto plain = open(use, secret, parties, sealed);
        if (!plain && plain.error() == Errc::does_not_open && use == UseCase::poll_add_option)
            plain = open(UseCase::poll_edit, secret, parties, sealed);
        if (plain) return Opened{std::move(*plain), parties};
        if (!(plain.error() == Errc::does_not_open)) return plain.error();
    }
    return Errc::does_not_open;
}

Parties for_sealing(std::string message_id, const Jid& author, const Names& modifier) {
    Parties parties;
    parties.message_id = std::move(message_id);
    parties.author = author.bare();
    parties.modifier = author.is_lid() ? modifier.lid : modifier.pn;
    for (const Jid* other : {&modifier.found, &modifier.lid, &modifier.pn}) {
        if (parties.modifier.empty()) parties.modifier = *other;
    }
    parties.modifier = parties.modifier.bare();
    return parties;
}

Result<Sealed> parse_bot_envelope(ByteView body) {
    wa::e2e::MessageSecretMessage message;
    if (body.size() > (16U << 20) || !message.ParseFromArray(body.data(), static_cast<int>(body.size())))
        return Errc::malformed;
    Sealed sealed{common::to_bytes(message.enc_payload()), common::to_bytes(message.enc_iv())};
    if (sealed.iv.size() != iv_size || sealed.payload.size() < tag_size) return Errc::malformed;
    return sealed;
}

}  // namespace bridge::whatsapp::addons
