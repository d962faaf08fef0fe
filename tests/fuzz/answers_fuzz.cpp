#include "bridge/convert/work/answers.hpp"

#include <cstdlib>

namespace wire = bridge::convert::wire;
namespace work = bridge::convert::work;

/// Whatever a worker writes, and in whatever pieces, pictures are as large as they say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const work::Sink sink{
        [](const wire::Info& info) {
            if (info.orientation < 1 || info.orientation > 8) std::abort();
            return common::Status{};
        },
        [](std::span<const std::int16_t> samples) {
            if (samples.empty()) std::abort();
            return common::Status{};
        },
        [](const work::Frame& frame) {
            if (frame.rgba.empty() || frame.rgba.size() != std::size_t{4} * frame.width * frame.height) std::abort();
            return common::Status{};
        },
    };
    work::AnswerReader reader{sink, 1U << 20};
    const std::size_t half = size / 2;
    if (reader.feed({data, half})) (void)reader.feed({data + half, size - half});
    return 0;
}
