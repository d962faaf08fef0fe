// A stream cut in two places gives the same frames as the stream in one piece.
#include "bridge/whatsapp/noise/frames.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

namespace noise = bridge::whatsapp::noise;
using common::ByteView;

void take_all(noise::FrameReader& reader, std::vector<common::Bytes>& frames) {
    while (const auto frame = reader.next()) frames.push_back(common::to_bytes(*frame));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const ByteView stream{data + 2, size - 2};
    std::vector<common::Bytes> whole;
    noise::FrameReader once;
    once.feed(stream);
    take_all(once, whole);

    const std::size_t first = stream.empty() ? 0 : data[0] % (stream.size() + 1);
    const std::size_t second = first + (stream.size() == first ? 0 : data[1] % (stream.size() - first + 1));
    std::vector<common::Bytes> pieces;
    noise::FrameReader thrice;
    for (const ByteView piece : {stream.first(first), stream.subspan(first, second - first), stream.subspan(second)}) {
        thrice.feed(piece);
        take_all(thrice, pieces);
    }
    if (whole != pieces) std::abort();

    common::Bytes written;
    for (const common::Bytes& frame : whole) {
        if (!noise::append_frame(written, frame)) std::abort();
    }
    // What was not whole yet is all that is missing.
    if (written.size() > stream.size() || !std::equal(written.begin(), written.end(), stream.begin())) std::abort();
    return 0;
}
