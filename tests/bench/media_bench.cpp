/// How fast media is encrypted and decrypted, against bare AES-256-CBC in the same run: the ciphers with their three
/// hashes, on one thread and with the hashes on others.
#include "bridge/whatsapp/media/cipher.hpp"
#include "common/async/fork_join.hpp"
#include "common/crypto/crypto.hpp"
#include "tests/bench/measure.hpp"

#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace {

namespace media = bridge::whatsapp::media;
namespace crypto = common::crypto;
using common::Bytes;
using common::ByteView;

constexpr std::size_t chunk = 1U << 20;
constexpr double mega = 1e6;

/// MB/s: the best of some rounds, which other work on the machine disturbed least.
template <class Work>
double best_rate(std::size_t megabytes, Work work) {
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        const bench::Stopwatch watch;
        work();
        best = std::max(best, static_cast<double>(megabytes * chunk) / mega / watch.wall_s());
    }
    return best;
}

struct Measured {
    std::size_t megabytes{0};
    media::Keys keys{media::Keys::derive(Bytes(32, 7), media::Type::video).value()};
    Bytes plain = crypto::random_bytes(chunk);
    Bytes body;
    media::Sealed sealed;

    double raw(bool sealing) {
        Bytes out;
        out.reserve(chunk + 64);
        return best_rate(megabytes, [&] {
            crypto::CbcEncryptor encryptor{keys.cipher_key.view(), keys.iv};
            crypto::CbcDecryptor decryptor{keys.cipher_key.view(), keys.iv};
            for (std::size_t i = 0; i < megabytes; ++i) {
                out.clear();
                sealing ? encryptor.update(plain, out) : decryptor.update(plain, out);
            }
        });
    }
    double hash() {
        return best_rate(megabytes, [&] {
            crypto::Sha256Stream stream;
            for (std::size_t i = 0; i < megabytes; ++i) stream.update(plain);
            stream.finish();
        });
    }
    double seal(const media::RunTasks& run, bool sidecar) {
        return best_rate(megabytes, [&] {
            media::Encryptor encryptor{keys, sidecar, run};
            for (std::size_t i = 0; i < megabytes; ++i) encryptor.update(plain);
            encryptor.finish(sealed);
        });
    }
    double open(const media::RunTasks& run) {
        if (body.empty()) {
            media::Encryptor encryptor{keys};
            for (std::size_t i = 0; i < megabytes; ++i) common::append(body, encryptor.update(plain));
            common::append(body, encryptor.finish(sealed));
        }
        const media::Expected expected{
            Bytes(sealed.file_sha256.begin(), sealed.file_sha256.end()),
            Bytes(sealed.file_enc_sha256.begin(), sealed.file_enc_sha256.end())};
        return best_rate(megabytes, [&] {
            auto decryptor = media::Decryptor::create(keys, expected, run).value();
            ByteView rest{body};
            while (!rest.empty()) {
                const ByteView piece = rest.first(std::min(chunk, rest.size()));
                decryptor.update(piece);
                rest = rest.subspan(piece.size());
            }
            if (!decryptor.finish()) throw std::runtime_error{"the body did not open"};
        });
    }
};

void line(const char* what, double rate, double raw) {
    std::printf("%-34s %8.0f MB/s  %5.2f of raw\n", what, rate, rate / raw);
}

void measure(std::size_t megabytes, std::size_t threads) {
    boost::asio::thread_pool pool{threads};
    const media::RunTasks run = [&](std::span<const std::function<void()>> tasks) {
        common::fork_join(pool.get_executor(), tasks);
    };
    Measured m;
    m.megabytes = megabytes;
    const double sealing = m.raw(true);
    const double opening = m.raw(false);
    const double hashing = m.hash();
    std::printf("%-34s %8.0f MB/s\n", "SHA-256", hashing);
    line("AES-256-CBC encryption", sealing, sealing);
    line("  media, one thread", m.seal({}, false), sealing);
    line("  media, helpers", m.seal(run, false), sealing);
    line("  media with sidecar, helpers", m.seal(run, true), sealing);
    line("AES-256-CBC decryption", opening, opening);
    line("  media, one thread", m.open({}), opening);
    line("  media, helpers", m.open(run), opening);
    std::printf(
        "bound of one thread: 1/(1/aes + 3/sha): %.0f encrypting, %.0f decrypting\n",
        1 / (1 / sealing + 3 / hashing),
        1 / (1 / opening + 3 / hashing)
    );
}

}  // namespace

int main(int argc, char** argv) {
    const auto megabytes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 128;
    const auto threads = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 2;
    if (megabytes == 0 || threads == 0) {
        std::fputs("usage: bench_media [MEGABYTES [HELPERS]]\n", stderr);
        return 2;
    }
    measure(megabytes, threads);
    return 0;
}
