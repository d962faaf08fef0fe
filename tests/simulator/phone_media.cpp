#include "tests/simulator/phone_media.hpp"

#include "bridge/whatsapp/media/cipher.hpp"
#include "bridge/whatsapp/media/retry.hpp"
#include "common/log/log.hpp"
#include "proto/media_retry.pb.h"

#include <algorithm>

namespace simulator {

namespace asio = common::asio;
namespace content = bridge::whatsapp::content;
namespace crypto = common::crypto;
namespace files = common::files;
namespace sealing = bridge::whatsapp::media;
using common::Result;

namespace {

constexpr std::size_t chunk = 1U << 20;
constexpr std::uint64_t lifetime = 30ULL * 24 * 60 * 60;

sealing::Type type_of(const content::Media& file) {
    switch (file.kind) {
        case content::MediaKind::image: return sealing::Type::image;
        case content::MediaKind::video: return sealing::Type::video;
        case content::MediaKind::gif: return sealing::Type::gif;
        case content::MediaKind::video_note: return sealing::Type::video_note;
        case content::MediaKind::audio: return sealing::Type::audio;
        case content::MediaKind::voice_note: return sealing::Type::voice_note;
        case content::MediaKind::document: return sealing::Type::document;
        case content::MediaKind::sticker: return sealing::Type::sticker;
    }
    return sealing::Type::document;
}

/// Reads a `FileContent` piece by piece; an empty piece is the end.
class Reader {
public:
    static Result<Reader> create(FileContent from) {
        Reader reader;
        reader.size_ = from.generated > 0 ? from.generated : from.data.size();
        if (!from.path.empty()) {
            auto file = files::File::open(from.path);
            if (!file) return file.error();
            const auto size = file->size();
            if (!size) return size.error();
            reader.size_ = *size;
            reader.file_ = std::move(*file);
        }
        reader.from_ = std::move(from);
        return reader;
    }
    Result<Bytes> next() {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(chunk, size_ - at_));
        Bytes piece(size);
        if (file_.is_open()) {
            if (auto read = file_.read_at(at_, piece); !read) return read.error();
        } else if (from_.generated > 0) {
            piece = generate(from_.seed, at_, size);
        } else {
            std::copy_n(from_.data.begin() + static_cast<std::ptrdiff_t>(at_), size, piece.begin());
        }
        at_ += size;
        return piece;
    }

private:
    FileContent from_;
    files::File file_;
    std::uint64_t size_{0};
    std::uint64_t at_{0};
};

struct SealedFile {
    media::Incoming body;
    sealing::Sealed facts;
};

Result<SealedFile> seal(const std::string& folder, FileContent from, const sealing::Keys& keys, bool with_sidecar) {
    auto reader = Reader::create(std::move(from));
    if (!reader) return reader.error();
    auto body = media::Incoming::create(folder);
    if (!body) return body.error();
    sealing::Encryptor encryptor{keys, with_sidecar};
    while (true) {
        const auto piece = reader->next();
        if (!piece) return piece.error();
        if (piece->empty()) break;
        if (auto written = body->append(encryptor.update(*piece)); !written) return written.error();
    }
    SealedFile sealed{std::move(*body), {}};
    if (auto written = sealed.body.append(encryptor.finish(sealed.facts)); !written) return written.error();
    return sealed;
}

Result<OpenedFile> open(
    const files::File& body,
    std::uint64_t size,
    const sealing::Keys& keys,
    sealing::Expected expected,
    std::size_t most_kept
) {
    auto decryptor = sealing::Decryptor::create(keys, std::move(expected));
    if (!decryptor) return decryptor.error();
    OpenedFile opened;
    const auto keep = [&](ByteView plain) {
        const std::size_t room = most_kept - std::min(most_kept, opened.data.size());
        common::append(opened.data, plain.first(std::min(room, plain.size())));
        opened.size += plain.size();
    };
    Bytes piece(chunk);
    for (std::uint64_t at = 0; at < size; at += chunk) {
        const auto read = body.read_at(at, piece);
        if (!read) return read.error();
        keep(decryptor->update(ByteView{piece}.first(*read)));
    }
    const auto rest = decryptor->finish();
    if (!rest) return rest.error();
    keep(*rest);
    opened.sha256 = decryptor->content_hash();
    return opened;
}

}  // namespace

Bytes generate(std::string_view seed, std::uint64_t begin, std::size_t size) {
    const crypto::Sha256 key = crypto::sha256(common::as_bytes(seed));
    Bytes counter(8);
    common::append(counter, common::be_bytes(begin / 16, 8));
    return crypto::aes_ctr(key, counter, Bytes(size));
}

asio::awaitable<Result<content::Media>> put_file(
    media::Host& host, content::Media description, FileContent from, std::uint64_t now
) {
    const Bytes key = crypto::random_bytes(sealing::media_key_size);
    const sealing::Type type = type_of(description);
    auto keys = sealing::Keys::derive(key, type);
    if (!keys) co_return keys.error();
    const bool with_sidecar = description.kind == content::MediaKind::video;
    auto work = [folder = host.store().folder(), from = std::move(from), keys = std::move(*keys), with_sidecar] {
        return seal(folder, from, keys, with_sidecar);
    };
    auto sealed = co_await common::run_on(host.worker(), std::move(work));
    if (!sealed) co_return sealed.error();
    const auto blob =
        host.store().keep(std::move(sealed->body), sealing::mms_type(type), sealed->facts.file_enc_sha256);
    if (!blob) co_return blob.error();
    description.direct_path = media::direct_path(**blob, now + lifetime);
    description.url = host.url(description.direct_path);
    description.media_key = common::SecretBytes{ByteView{key}};
    description.file_sha256 = common::to_bytes(ByteView{sealed->facts.file_sha256});
    description.file_enc_sha256 = common::to_bytes(ByteView{sealed->facts.file_enc_sha256});
    description.file_length = sealed->facts.file_length;
    description.streaming_sidecar = sealed->facts.sidecar;
    description.media_key_time = common::UnixTime{std::chrono::seconds{static_cast<std::int64_t>(now)}};
    co_return description;
}

asio::awaitable<Result<OpenedFile>> open_file(media::Host& host, content::Media file, std::size_t most_kept) {
    const media::Blob* blob = host.store().find(file.direct_path);
    if (blob == nullptr || blob->gone != 0) co_return media::Errc::no_file;
    auto keys = sealing::Keys::derive(file.media_key.view(), type_of(file));
    if (!keys) co_return keys.error();
    sealing::Expected expected{file.file_sha256, file.file_enc_sha256};
    auto work = [body = blob->content(),
                 size = blob->size,
                 keys = std::move(*keys),
                 expected = std::move(expected),
                 most_kept] { return open(*body, size, keys, expected, most_kept); };
    co_return co_await common::run_on(host.worker(), std::move(work));
}

Node media_retry_answer(media::Host& host, const Node& receipt, const content::Media* file, Reupload how) {
    const std::string id = receipt.text("id");
    Node answer{"notification", {{"type", "mediaretry"}, {"id", id}}};
    const Node* request = receipt.child("encrypt");
    const Node* sealed = request == nullptr ? nullptr : request->child("enc_p");
    const Node* iv = request == nullptr ? nullptr : request->child("enc_iv");
    const media::Blob* blob = file == nullptr ? nullptr : host.store().find(file->direct_path);
    const auto request_iv =
        iv == nullptr ? Result<common::ByteArray<12>>{common::Errc::not_found} : common::to_array<12>(iv->bytes());
    if (file == nullptr || blob == nullptr || sealed == nullptr || !request_iv) {
        answer.add(Node{"error", {{"code", "2"}}});
    } else {
        using Answer = wa::media::MediaRetryNotification;
        const ByteView key = file->media_key.view();
        const auto asked = sealing::unseal_retry(key, id, *request_iv, sealed->bytes());
        if (!asked) common::log::warn("a request for a file does not open", {{"why", asked.error().message()}});
        Answer told;
        told.set_stanza_id(id);
        told.set_result(how == Reupload::not_found ? Answer::NOT_FOUND : Answer::GENERAL_ERROR);
        if (!asked) told.set_result(Answer::DECRYPTION_ERROR);
        if (asked && how == Reupload::renew) {
            told.set_result(Answer::SUCCESS);
            told.set_direct_path(media::direct_path(host.store().renew(*blob), 0x7FFFFFFF));
        }
        common::ByteArray<12> fresh_iv{};
        crypto::random_bytes(fresh_iv);
        const auto bytes = sealing::seal_retry(key, id, fresh_iv, common::as_bytes(told.SerializeAsString()));
        Node encrypt{"encrypt"};
        encrypt.add(Node{"enc_p", {}, bytes ? *bytes : Bytes{}});
        encrypt.add(Node{"enc_iv", {}, common::to_bytes(ByteView{fresh_iv})});
        answer.add(std::move(encrypt));
    }
    if (const Node* which = receipt.child("rmr")) answer.add(*which);
    return answer;
}

}  // namespace simulator
