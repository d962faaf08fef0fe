#include "bridge/convert/formats/formats.hpp"

#include <cstdlib>

namespace formats = bridge::convert::formats;

/// Whatever a file holds, it is identified and measured within the limits, and measures are never zero.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    formats::MemorySource file{{data, size}};
    const formats::Format format = formats::identify(file);
    if (format.mime.empty() || format.extension.empty()) std::abort();
    if (const auto image = formats::find_image_info(file)) {
        if (image->stored.pixels() == 0 || image->orientation < 1 || image->orientation > 8) std::abort();
    }
    if (const auto movie = formats::find_mp4_info(file)) {
        if (movie->video && movie->video->pixels() == 0) std::abort();
        if (movie->duration && movie->duration->count() < 0) std::abort();
    }
    (void)formats::find_audio_duration(file);
    (void)formats::find_page_count(file);
    return 0;
}
