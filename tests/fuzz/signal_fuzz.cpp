// Ciphertexts, distributions and bundles from strangers against a cipher that knows one sender.
#include "bridge/whatsapp/signal/signal.hpp"
#include "tests/support/memory_storage.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace bridge::whatsapp;
using common::ByteView;
using common::crypto::KeyPair;

/// The same keys in every run, so that what a run finds can be replayed.
KeyPair pair_of(std::uint8_t filler) {
    common::ByteArray<32> scalar;
    scalar.fill(filler);
    return KeyPair::from_private(scalar);
}
void fill(std::span<std::uint8_t> out) { std::fill(out.begin(), out.end(), std::uint8_t{0x48}); }

struct Ends {
    tests::support::MemoryStorage mine;
    tests::support::MemoryStorage theirs;
    KeyPair my_identity{pair_of(1)};
    KeyPair their_identity{pair_of(2)};
    signal::Cipher me{mine, {my_identity, 1}, fill};
    signal::Cipher them{theirs, {their_identity, 2}, fill};
    Jid my_jid{"15550100001", server::user, 1};
    Jid their_jid{"15550100002", server::user};
    const std::string group{"120363000000000001@g.us"};

    Ends() {
        storage::SignedPreKey key{1, pair_of(3), {}, {}};
        common::ByteArray<64> nonce;
        fill(nonce);
        const auto signed_bytes = common::crypto::prefixed(key.pair.public_key);
        key.signature = common::crypto::xeddsa_sign(my_identity.private_key, signed_bytes, nonce);
        signal::PreKeyBundle bundle;
        bundle.registration_id = 1;
        bundle.identity = my_identity.public_key;
        bundle.signed_pre_key = {1, key.pair.public_key, {key.signature.begin(), key.signature.end()}};
        const auto skdm = them.sender_key_distribution(group, their_jid);
        if (!mine.signed_pre_keys().save(key) || !them.start_session(my_jid, bundle) || !skdm) std::abort();
        const auto hello = them.encrypt(my_jid, bundle.signed_pre_key.signature);
        if (!me.decrypt(their_jid, hello->type, hello->bytes)) std::abort();
        if (!me.process_sender_key_distribution(group, their_jid, *skdm)) std::abort();
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static Ends ends;
    const ByteView input{data + 1, size - 1};
    const auto ignore = [](const auto&) {};
    switch (data[0] % 4) {
        case 0: ignore(ends.me.decrypt(ends.their_jid, signal::MessageType::message, input)); break;
        case 1: ignore(ends.me.decrypt(ends.their_jid, signal::MessageType::pre_key_message, input)); break;
        case 2: ignore(ends.me.group_decrypt(ends.group, ends.their_jid, input)); break;
        default: ignore(ends.me.process_sender_key_distribution(ends.group, ends.their_jid, input)); break;
    }
    return 0;
}
