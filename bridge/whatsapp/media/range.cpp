#include "bridge/whatsapp/media/cipher.hpp"

#include <algorithm>

namespace bridge::whatsapp::media {

BodyRange body_range(std::uint64_t begin, std::uint64_t end) noexcept {
    BodyRange range;
    const std::uint64_t first_block = begin / block_size;
    range.starts_at_zero = first_block == 0;
    range.begin = range.starts_at_zero ? 0 : (first_block - 1) * block_size;
    range.end = ((end - 1) / block_size + 1) * block_size;
    range.skipped = static_cast<std::size_t>(begin % block_size);
    range.wanted = static_cast<std::size_t>(end - begin);
    return range;
}

Result<Bytes> open_range(const Keys& keys, const BodyRange& range, ByteView part, std::uint64_t body_length) {
    using common::crypto::CbcDecryptor;
    if (part.size() > range.end - range.begin) part = part.first(static_cast<std::size_t>(range.end - range.begin));
    bool reaches_end = false;
    if (body_length != 0) {
        if (body_length <= mac_size || (body_length - mac_size) % block_size != 0) return Errc::too_short;
        const std::uint64_t cipher_end = body_length - mac_size;
        if (range.begin >= cipher_end) return Bytes{};
        reaches_end = range.end >= cipher_end;
        const std::uint64_t here = std::min(range.end, cipher_end) - range.begin;
        if (part.size() > here) part = part.first(static_cast<std::size_t>(here));
        if (part.size() < here) return Errc::too_short;
    } else if (part.size() < range.end - range.begin) {
        return Errc::too_short;
    }
    ByteView iv = keys.iv;
    if (!range.starts_at_zero) {
        iv = part.first(block_size);
        part = part.subspan(block_size);
    }
    Bytes content;
    if (!part.empty()) {
        CbcDecryptor cipher{
            keys.cipher_key.view(), iv, reaches_end ? CbcDecryptor::Padding::pkcs7 : CbcDecryptor::Padding::none};
        cipher.update(part, content);
        if (!cipher.finish(content)) return Errc::wrong_padding;
    }
    const std::size_t skipped = std::min(range.skipped, content.size());
    content.erase(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(skipped));
    if (content.size() > range.wanted) content.resize(range.wanted);
    return content;
}

}  // namespace bridge::whatsapp::media
