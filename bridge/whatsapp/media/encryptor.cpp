#include "bridge/whatsapp/media/cipher.hpp"
#include "bridge/whatsapp/media/detail/halves.hpp"

#include <vector>

namespace bridge::whatsapp::media {

Encryptor::Encryptor(const Keys& keys, bool with_sidecar, RunTasks run)
    : cipher_{keys.cipher_key.view(), keys.iv}, run_{std::move(run)} {
    mac_.start(keys.mac_key.view());
    mac_.update(keys.iv);
    if (with_sidecar) sidecar_.emplace(keys);
}

/// Hashes of the ciphertext lag one chunk behind the cipher, so that there is no order among the tasks.
ByteView Encryptor::update(ByteView plain) {
    std::swap(made_, waiting_);
    made_.clear();
    plain_size_ += plain.size();
    body_size_ += waiting_.size();
    if (!run_ || plain.size() < smallest_parallel_chunk) {
        settle();
        cipher_.update(plain, made_);
        plain_hash_.update(plain);
        return made_;
    }
    const auto authenticate = [&](ByteView part) { mac_.update(part); };
    detail::Halves halves{waiting_};
    std::vector<std::function<void()>> tasks;
    tasks.reserve(6);
    tasks.emplace_back([&] { cipher_.update(plain, made_); });
    tasks.emplace_back([&] { halves.first(authenticate); });
    tasks.emplace_back([&] { plain_hash_.update(plain); });
    tasks.emplace_back([&] { body_hash_.update(waiting_); });
    if (sidecar_) tasks.emplace_back([&] { sidecar_->update(waiting_); });
    tasks.emplace_back([&] { halves.second(authenticate); });
    run_(tasks);
    return made_;
}

/// Hashes what waits.
void Encryptor::settle() {
    body_hash_.update(waiting_);
    mac_.update(waiting_);
    if (sidecar_) sidecar_->update(waiting_);
}

ByteView Encryptor::finish(Sealed& sealed) {
    std::swap(made_, waiting_);
    made_.clear();
    body_size_ += waiting_.size();
    settle();
    cipher_.finish(made_);
    mac_.update(made_);
    const auto mac = mac_.finish();
    common::append(made_, ByteView{mac}.first(mac_size));
    body_size_ += made_.size();
    body_hash_.update(made_);
    if (sidecar_) {
        sidecar_->update(made_);
        sealed.sidecar = sidecar_->finish();
    }
    sealed.file_sha256 = plain_hash_.finish();
    sealed.file_enc_sha256 = body_hash_.finish();
    sealed.file_length = plain_size_;
    sealed.body_length = body_size_;
    return made_;
}

}  // namespace bridge::whatsapp::media
