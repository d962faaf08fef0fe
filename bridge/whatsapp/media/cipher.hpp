/// Encryption of media, streaming: chunks in, chunks out, never a whole file in memory (protocol part 2, sections 9.3,
/// 9.5 and 9.6). Pure: no socket, file or thread of its own.
#pragma once

#include "bridge/whatsapp/media/media.hpp"
#include "bridge/whatsapp/media/sidecar.hpp"
#include "common/crypto/provider.hpp"
#include "common/crypto/stream.hpp"

#include <functional>
#include <optional>
#include <span>

namespace bridge::whatsapp::media {

/// How a cipher runs what it has to do with one chunk (the cipher and its hashes do not depend on each other): returns
/// when all are done. Empty runs them one after the other; `common::fork_join` runs them on several threads.
using RunTasks = std::function<void(std::span<const std::function<void()>>)>;

/// Chunks smaller than this are not worth a second thread.
inline constexpr std::size_t smallest_parallel_chunk = 64U << 10;

/// What the sender of a file puts into its message.
struct Sealed {
    common::crypto::Sha256 file_sha256{};
    common::crypto::Sha256 file_enc_sha256{};
    std::uint64_t file_length{0};
    std::uint64_t body_length{0};
    Bytes sidecar;  ///< when it was asked for
};

class Encryptor {
public:
    explicit Encryptor(const Keys& keys, bool with_sidecar = false, RunTasks run = {});
    /// The ciphertext that is ready: `plain.size()` up to 15 bytes more or fewer. Valid until the next call.
    ByteView update(ByteView plain);
    /// The last block and the MAC, valid as above, and the hashes. Once.
    ByteView finish(Sealed& sealed);

private:
    void settle();

    common::crypto::CbcEncryptor cipher_;
    common::crypto::Sha256Stream plain_hash_;
    common::crypto::Sha256Stream body_hash_;
    common::crypto::Hmac mac_;
    std::optional<Sidecar> sidecar_;
    RunTasks run_;
    Bytes made_;     ///< of the current chunk
    Bytes waiting_;  ///< of the chunk before: hashed while the current one is encrypted
    std::uint64_t plain_size_{0};
    std::uint64_t body_size_{0};
};

/// What a message says about the file that is to be opened; an empty hash is not checked (the MAC always is).
struct Expected {
    Bytes file_sha256;
    Bytes file_enc_sha256;
};

/// Opens a body chunk by chunk. The content that comes out is not to be shown to anybody before `finish` has said that
/// all of it is good.
class Decryptor {
public:
    /// `bad_hash` when a hash has neither 32 bytes nor none.
    static Result<Decryptor> create(const Keys& keys, Expected expected, RunTasks run = {});
    /// For newsletters: the body is the content, and its hash is all there is to check (protocol part 2, section 9.7).
    static Result<Decryptor> create_plain(Expected expected);

    /// The content that is ready; valid until the next call.
    ByteView update(ByteView body);
    /// The rest of the content, or why all of it has to be thrown away: `too_short`, `body_hash_differs`, `wrong_mac`,
    /// `wrong_padding`, `content_hash_differs`, looked at in this order. Once.
    Result<ByteView> finish();
    std::uint64_t body_length() const noexcept { return body_size_; }
    std::uint64_t plain_length() const noexcept { return plain_size_; }
    /// Of all of the content, once `finish` was good.
    const common::crypto::Sha256& content_hash() const noexcept { return content_hash_; }

private:
    struct Cipher {
        explicit Cipher(const Keys& keys);
        common::crypto::CbcDecryptor decryptor;
        common::crypto::Hmac mac;
        common::crypto::Sha256Stream body_hash;
        Bytes tail;  ///< the last 10 bytes so far: the MAC, when nothing follows
    };
    explicit Decryptor(Expected expected) : expected_{std::move(expected)} {}
    Status finish_cipher();

    Expected expected_;
    std::unique_ptr<Cipher> cipher_;  ///< none for plain media
    common::crypto::Sha256Stream plain_hash_;
    RunTasks run_;
    Bytes made_;
    common::crypto::Sha256 content_hash_{};
    std::uint64_t plain_size_{0};
    std::uint64_t body_size_{0};
};

/// Bytes of a body that are needed to read content bytes [begin, end).
struct BodyRange {
    std::uint64_t begin{0};
    std::uint64_t end{0};       ///< exclusive; past the end of the body when the content's end was asked for
    bool starts_at_zero{true};  ///< else the first block only serves as IV
    std::size_t skipped{0};     ///< content bytes before the wanted ones
    std::size_t wanted{0};
};

/// For `begin < end`. The range may reach into the MAC or past the end of the body: a server cuts it off, `open_range`
/// does not mind.
BodyRange body_range(std::uint64_t begin, std::uint64_t end) noexcept;

/// Content of a part of a body: `part` holds the body's bytes from `range.begin` on, up to `range.end` or the body's
/// end. `body_length` is that of the whole body, 0 when unknown: then the range must end before the content does. The
/// result is shorter than wanted when the content ends earlier. Not authenticated: only a sidecar can tell whether the
/// bytes are those that were sent.
Result<Bytes> open_range(const Keys& keys, const BodyRange& range, ByteView part, std::uint64_t body_length);

}  // namespace bridge::whatsapp::media
