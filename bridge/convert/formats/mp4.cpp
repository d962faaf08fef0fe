#include "bridge/convert/formats/detail/reader.hpp"
#include "bridge/convert/formats/formats.hpp"

#include <algorithm>

namespace bridge::convert::formats {
namespace {

using detail::four;
using detail::Reader;

struct Box {
    std::uint32_t type{0};
    std::uint64_t begin{0};  ///< of the content
    std::uint64_t end{0};
};

/// Movie headers (ISO 14496-12), box by box. One budget of boxes for the whole file bounds the walk.
class Movie {
public:
    explicit Movie(Source& file) noexcept : file_{file} {}

    std::optional<Mp4Info> read() noexcept {
        std::optional<std::uint64_t> index;
        std::optional<std::uint64_t> data;
        each_box({0, 0, file_.size()}, [&](const Box& box) {
            if (box.type == four("mdat") && !data) data = box.begin;
            if (box.type == four("moov") && !index) {
                index = box.begin;
                each_box(box, [&](const Box& part) { read_movie_part(part); });
            }
        });
        if (!index) return std::nullopt;
        info_.fast_start = !data || *index < *data;
        return info_;
    }

private:
    template <class Visit>
    void each_box(const Box& parent, Visit visit) noexcept {
        for (std::uint64_t at = parent.begin; at < parent.end && parent.end - at >= 8 && budget_ > 0; --budget_) {
            Reader reader{file_, at};
            std::uint64_t size = reader.be32();
            const std::uint32_t type = reader.be32();
            if (size == 1) size = reader.be64();
            if (size == 0) size = parent.end - at;  // to the end
            const std::uint64_t header = reader.position() - at;
            if (!reader.ok() || size < header) return;
            const std::uint64_t end = at + std::min(size, parent.end - at);  // a truncated file ends early
            if (header > end - at) return;
            visit(Box{type, at + header, end});
            at = end;
        }
    }

    void read_movie_part(const Box& box) noexcept {
        if (box.type == four("mvhd")) info_.duration = read_duration(box);
        if (box.type == four("mvex")) {
            each_box(box, [&](const Box& part) {
                if (part.type == four("mehd")) read_fragments_duration(part);
            });
        }
        if (box.type == four("trak")) read_track(box);
    }

    /// Of mvhd and mdhd, which begin alike.
    std::optional<std::chrono::milliseconds> read_duration(const Box& box) noexcept {
        Reader reader{file_, box.begin};
        const bool wide = reader.u8() == 1;
        reader.skip(wide ? 19 : 11);
        const std::uint32_t scale = reader.be32();
        const std::uint64_t units = wide ? reader.be64() : reader.be32();
        if (!reader.ok() || reader.position() > box.end || scale == 0) return std::nullopt;
        scale_ = scale;
        return to_time(units, wide ? UINT64_MAX : UINT32_MAX);
    }

    void read_fragments_duration(const Box& box) noexcept {
        Reader reader{file_, box.begin};
        const bool wide = reader.u8() == 1;
        reader.skip(3);
        const std::uint64_t units = wide ? reader.be64() : reader.be32();
        if (!reader.ok() || reader.position() > box.end || scale_ == 0 || info_.duration) return;
        info_.duration = to_time(units, wide ? UINT64_MAX : UINT32_MAX);
    }

    /// Nothing for zero (a fragmented file's movie header), all ones (unknown) and more than ten years.
    std::optional<std::chrono::milliseconds> to_time(std::uint64_t units, std::uint64_t unknown) const noexcept {
        const std::uint64_t seconds = units / scale_;
        if (units == 0 || units == unknown || seconds > 315'360'000) return std::nullopt;
        return std::chrono::milliseconds{seconds * 1000 + units % scale_ * 1000 / scale_};
    }

    void read_track(const Box& track) noexcept {
        Dimensions shown;
        std::uint32_t handler = 0;
        std::uint32_t codec = 0;
        each_box(track, [&](const Box& part) {
            if (part.type == four("tkhd")) shown = read_track_size(part);
            if (part.type != four("mdia")) return;
            each_box(part, [&](const Box& media) {
                if (media.type == four("hdlr")) handler = number_at(media, 8);
                if (media.type != four("minf")) return;
                each_box(media, [&](const Box& information) {
                    if (information.type != four("stbl")) return;
                    each_box(information, [&](const Box& table) {
                        if (table.type == four("stsd")) codec = number_at(table, 12);
                    });
                });
            });
        });
        if (handler == four("soun") && !info_.has_audio) {
            info_.has_audio = true;
            info_.audio_codec = codec;
        }
        if (handler == four("vide") && !info_.video && shown.pixels() > 0) {
            info_.video = shown;
            info_.video_codec = codec;
        }
    }

    /// Width and height as 16.16 numbers, after the matrix; a quarter turn swaps them.
    Dimensions read_track_size(const Box& box) noexcept {
        Reader reader{file_, box.begin};
        const bool wide = reader.u8() == 1;
        reader.skip((wide ? 35 : 23) + 16);
        const std::uint32_t a = reader.be32();
        const std::uint32_t b = reader.be32();
        reader.skip(28);
        const Dimensions size{reader.be32() >> 16, reader.be32() >> 16};
        if (!reader.ok() || reader.position() > box.end) return {};
        return a == 0 && b != 0 ? Dimensions{size.height, size.width} : size;
    }

    std::uint32_t number_at(const Box& box, std::uint64_t offset) noexcept {
        if (box.end - box.begin < offset + 4) return 0;
        return Reader{file_, box.begin + offset}.be32();
    }

    Source& file_;
    Mp4Info info_;
    std::uint32_t scale_{0};
    int budget_{4096};
};

}  // namespace

std::optional<Mp4Info> find_mp4_info(Source& file) noexcept { return Movie{file}.read(); }

}  // namespace bridge::convert::formats
