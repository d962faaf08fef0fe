#include "bridge/whatsapp/binary/detail/inflate.hpp"

#include "bridge/whatsapp/binary/codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace bridge::whatsapp::binary::detail {

namespace {

struct InflateEnd {
    void operator()(z_stream* stream) const noexcept { inflateEnd(stream); }
};

}  // namespace

common::Result<Bytes> inflate_all(ByteView stream, std::size_t limit) {
    z_stream state{};
    if (inflateInit(&state) != Z_OK) throw std::runtime_error{"zlib failed to start"};
    const std::unique_ptr<z_stream, InflateEnd> owner{&state};
    state.next_in = const_cast<Bytef*>(stream.data());  // zlib only reads it
    state.avail_in = static_cast<uInt>(stream.size());
    // Grows with what arrives: a small frame that claims nothing cannot make us reserve the limit.
    Bytes out(std::min(limit, std::max<std::size_t>(stream.size() * 4, 256)));
    std::size_t done = 0;
    for (;;) {
        state.next_out = out.data() + done;
        state.avail_out = static_cast<uInt>(out.size() - done);
        const int code = ::inflate(&state, Z_NO_FLUSH);
        done = out.size() - state.avail_out;
        if (code == Z_STREAM_END) break;
        if (code != Z_OK || state.avail_out > 0) return Errc::bad_compression;  // broken, or cut short
        if (out.size() >= limit) return Errc::too_large;
        out.resize(std::min(limit, out.size() * 2));
    }
    if (state.avail_in > 0) return Errc::trailing_bytes;
    out.resize(done);
    return out;
}

Bytes deflate_all(ByteView bytes) {
    uLongf size = compressBound(static_cast<uLong>(bytes.size()));
    Bytes out(size);
    if (::compress(out.data(), &size, bytes.data(), static_cast<uLong>(bytes.size())) != Z_OK) {
        throw std::runtime_error{"zlib failed to compress"};
    }
    out.resize(size);
    return out;
}

}  // namespace bridge::whatsapp::binary::detail
