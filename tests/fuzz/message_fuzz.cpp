// Message stanzas as frames hold them, from a stranger and from somebody whose ciphertexts open: with the first byte
// odd, what the stanza has for ciphertexts is taken for plaintexts and sealed, so that what lies inside is reached too.
#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/messages/opener.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "tests/support/memory_storage.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace bridge::whatsapp;
using common::crypto::KeyPair;

/// The same keys in every run, so that what a run finds can be replayed.
KeyPair pair_of(std::uint8_t filler) {
    common::ByteArray<32> scalar;
    scalar.fill(filler);
    return KeyPair::from_private(scalar);
}
void fill(std::span<std::uint8_t> out) { std::fill(out.begin(), out.end(), std::uint8_t{0x48}); }

void require(bool holds) {
    if (!holds) std::abort();
}

struct Ends {
    tests::support::MemoryStorage mine;
    tests::support::MemoryStorage theirs;
    storage::Account account;
    KeyPair their_identity{pair_of(2)};
    Jid their_jid{"100000000000002", server::lid};
    signal::Cipher me{mine, {pair_of(1), 1}, fill};
    signal::Cipher them{theirs, {their_identity, 2}, fill};
    messages::Opener opener{mine, me};

    Ends() {
        account.registration_id = 1;
        account.identity = pair_of(1);
        account.jid = Jid{"15550100001", server::user, 1};
        account.lid = Jid{"100000000000001", server::lid, 1};
        account.signed_pre_key.pair = pair_of(3);
        common::ByteArray<64> nonce;
        fill(nonce);
        const auto signed_bytes = common::crypto::prefixed(account.signed_pre_key.pair.public_key);
        account.signed_pre_key.signature =
            common::crypto::xeddsa_sign(account.identity.private_key, signed_bytes, nonce);
        require(mine.account().save(account).has_value());
        opener.refresh(account);
        signal::PreKeyBundle bundle;
        bundle.registration_id = 1;
        bundle.identity = account.identity.public_key;
        const auto& key = account.signed_pre_key;
        bundle.signed_pre_key = {key.id, key.pair.public_key, {key.signature.begin(), key.signature.end()}};
        require(them.start_session(account.lid, bundle).has_value());
        const auto hello = them.encrypt(account.lid, bundle.signed_pre_key.signature);
        require(hello && me.decrypt(their_jid, hello->type, hello->bytes));
    }
    void seal(Node& stanza) {
        for (Node& enc : stanza.children_mut()) {
            if (enc.tag != "enc" || enc.bytes().empty()) continue;
            const auto sealed = them.encrypt(account.lid, enc.bytes());
            if (!sealed) continue;
            enc.set("type", sealed->type == signal::MessageType::message ? "msg" : "pkmsg");
            enc.content = sealed->bytes;
        }
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Ends ends;
    if (size == 0) return 0;
    auto stanza = binary::decode({data + 1, size - 1}, binary::Limits{.inflated = 1U << 20});
    if (!stanza) return 0;
    // Whatever happens to storage is taken back: every input meets the same state.
    const auto my_transaction = ends.mine.begin();
    const auto their_transaction = ends.theirs.begin();
    if (data[0] % 2 == 1) ends.seal(*stanza);
    const auto opened =
        ends.opener.open(*stanza, common::UnixTime{std::chrono::seconds{1'760'000'000}}, data[0] % 4 > 1);
    require(opened.has_value());
    require(!opened->message || (!opened->message->id.empty() && !opened->message->chat.empty()));
    for (const Node& reply : opened->replies) require(binary::decode(binary::encode(reply)).has_value());
    ends.me.forget_cache();
    ends.them.forget_cache();
    return 0;
}
