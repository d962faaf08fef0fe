#include "bridge/whatsapp/media/cipher.hpp"
#include "bridge/whatsapp/media/detail/halves.hpp"

#include <algorithm>
#include <vector>

namespace bridge::whatsapp::media {
namespace {

bool is_hash(const Bytes& hash) noexcept { return hash.empty() || hash.size() == 32; }

bool differs(const Bytes& expected, const common::crypto::Sha256& is) noexcept {
    return !expected.empty() && !common::equal_secret(expected, is);
}

}  // namespace

Decryptor::Cipher::Cipher(const Keys& keys) : decryptor{keys.cipher_key.view(), keys.iv} {
    mac.start(keys.mac_key.view());
    mac.update(keys.iv);
}

Result<Decryptor> Decryptor::create(const Keys& keys, Expected expected, RunTasks run) {
    if (!is_hash(expected.file_sha256) || !is_hash(expected.file_enc_sha256)) return Errc::bad_hash;
    Decryptor made{std::move(expected)};
    made.cipher_ = std::make_unique<Cipher>(keys);
    made.run_ = std::move(run);
    return made;
}

Result<Decryptor> Decryptor::create_plain(Expected expected) {
    if (!is_hash(expected.file_sha256)) return Errc::bad_hash;
    return Decryptor{std::move(expected)};
}

ByteView Decryptor::update(ByteView body) {
    made_.clear();
    body_size_ += body.size();
    if (!cipher_) {
        plain_hash_.update(body);
        plain_size_ += body.size();
        made_.assign(body.begin(), body.end());
        return made_;
    }
    Cipher& cipher = *cipher_;
    // Up to two stretches of ciphertext: what was held back and turned out not to be the MAC, and the body but its end.
    Bytes released;
    const std::size_t keep = std::min(body.size(), mac_size);
    const std::size_t all = cipher.tail.size() + keep;
    const std::size_t free = all > mac_size ? all - mac_size : 0;
    released.assign(cipher.tail.begin(), cipher.tail.begin() + static_cast<std::ptrdiff_t>(free));
    cipher.tail.erase(cipher.tail.begin(), cipher.tail.begin() + static_cast<std::ptrdiff_t>(free));
    common::append(cipher.tail, body.last(keep));
    const ByteView rest = body.first(body.size() - keep);

    const auto open = [&] {
        cipher.decryptor.update(released, made_);
        cipher.decryptor.update(rest, made_);
        plain_hash_.update(made_);
    };
    const auto authenticate = [&] {
        cipher.mac.update(released);
        cipher.mac.update(rest);
    };
    if (!run_ || body.size() < smallest_parallel_chunk) {
        open();
        cipher.body_hash.update(body);
        authenticate();
    } else {
        // The body's hash is the one that can be cut in two without ado: the MAC has two stretches already.
        const auto take = [&](ByteView part) { cipher.body_hash.update(part); };
        detail::Halves halves{body};
        const std::vector<std::function<void()>> tasks{
            open, [&] { halves.first(take); }, authenticate, [&] { halves.second(take); }};
        run_(tasks);
    }
    plain_size_ += made_.size();
    return made_;
}

Result<ByteView> Decryptor::finish() {
    made_.clear();
    if (cipher_) {
        const auto good = finish_cipher();
        if (!good) return good.error();
    }
    content_hash_ = plain_hash_.finish();
    if (differs(expected_.file_sha256, content_hash_)) return Errc::content_hash_differs;
    return ByteView{made_};
}

Status Decryptor::finish_cipher() {
    Cipher& cipher = *cipher_;
    if (body_size_ <= mac_size || (body_size_ - mac_size) % block_size != 0) return Errc::too_short;
    if (differs(expected_.file_enc_sha256, cipher.body_hash.finish())) return Errc::body_hash_differs;
    const auto mac = cipher.mac.finish();
    if (!common::equal_secret(ByteView{mac}.first(mac_size), cipher.tail)) return Errc::wrong_mac;
    if (!cipher.decryptor.finish(made_)) return Errc::wrong_padding;
    plain_hash_.update(made_);
    plain_size_ += made_.size();
    return {};
}

}  // namespace bridge::whatsapp::media
