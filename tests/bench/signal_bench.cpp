/// How fast libsignal opens messages of one chain through our wrapper, everything in memory: the floor under
/// `ingest.py`.
#include "bridge/whatsapp/signal/signal.hpp"
#include "tests/bench/measure.hpp"
#include "tests/support/memory_storage.hpp"

#include <cstdlib>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace bridge::whatsapp;
using common::crypto::KeyPair;

template <class T>
T must(common::Result<T> result) {
    if (!result) throw std::runtime_error{result.error().message()};
    return std::move(*result);
}
void must(const common::Status& status) {
    if (!status) throw std::runtime_error{status.error().message()};
}

struct Party {
    explicit Party(const char* user) : jid{user, "s.whatsapp.net", 0} {}

    signal::PreKeyBundle bundle() {
        storage::SignedPreKey key;
        key.pair = KeyPair::generate();
        key.signature =
            common::crypto::xeddsa_sign(identity.private_key, common::crypto::prefixed(key.pair.public_key));
        must(store.signed_pre_keys().save(key));
        signal::PreKeyBundle made;
        made.registration_id = 1;
        made.identity = identity.public_key;
        made.signed_pre_key = {key.id, key.pair.public_key, common::Bytes{key.signature.begin(), key.signature.end()}};
        return made;
    }
    signal::Ciphertext sealed(const Party& to, const common::Bytes& text) { return must(cipher.encrypt(to.jid, text)); }
    void open(const Party& from, const signal::Ciphertext& message) {
        must(cipher.decrypt(from.jid, message.type, message.bytes));
    }

    Jid jid;
    KeyPair identity{KeyPair::generate()};
    tests::support::MemoryStorage store;
    signal::Cipher cipher{store, signal::LocalIdentity{identity, 1}};
};

void measure(std::size_t count) {
    Party ada{"15550002222"};
    Party bridge{"15550001111"};
    const common::Bytes text(48, 0x61);
    must(ada.cipher.start_session(bridge.jid, bridge.bundle()));
    bridge.open(ada, ada.sealed(bridge, text));
    ada.open(bridge, bridge.sealed(ada, text));

    std::vector<signal::Ciphertext> messages;
    messages.reserve(count);
    const bench::Stopwatch sealing;
    for (std::size_t i = 0; i < count; ++i) messages.push_back(ada.sealed(bridge, text));
    std::printf("sealing %8.2f us CPU a message\n", sealing.cpu_s() * 1e6 / static_cast<double>(count));
    const bench::Stopwatch opening;
    for (const auto& message : messages) bridge.open(ada, message);
    std::printf("opening %8.2f us CPU a message\n", opening.cpu_s() * 1e6 / static_cast<double>(count));
}

}  // namespace

int main(int argc, char** argv) {
    const auto count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000;
    if (count == 0) {
        std::fputs("usage: bench_signal [MESSAGES]\n", stderr);
        return 2;
    }
    measure(count);
    return 0;
}
