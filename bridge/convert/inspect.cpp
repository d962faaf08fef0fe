#include "bridge/convert/detail/jobs.hpp"

namespace bridge::convert::detail {
namespace {

using formats::Kind;
using formats::Type;

void read_headers(FileSource& file, About& about) {
    if (const auto image = formats::find_image_info(file)) {
        about.size = image->shown();
        about.animated = image->animated;
    }
    switch (about.format.type) {
        case Type::pdf: about.pages = formats::find_page_count(file); break;
        case Type::wav:
        case Type::ogg_opus:
        case Type::ogg_vorbis: about.duration = formats::find_audio_duration(file); break;
        case Type::mp4:
        case Type::quicktime:
        case Type::three_gp:
        case Type::m4a:
            if (const auto movie = formats::find_mp4_info(file)) {
                about.size = movie->video;
                about.duration = movie->duration;
                about.has_sound = movie->has_audio;
                about.fast_start = movie->fast_start;
                // A film without pictures is sound.
                if (!movie->video && movie->has_audio) about.format = formats::format_of(Type::m4a);
            }
            break;
        default: break;
    }
    about.has_sound = about.has_sound || about.format.kind == Kind::audio;
}

bool is_complete(const About& about) noexcept {
    if (about.format.kind == Kind::audio) return about.duration.has_value();
    return about.format.kind != Kind::video || (about.duration && about.size);
}

void take_measures(const wire::Info& info, About& about) {
    if (info.duration_ms > 0) about.duration = std::chrono::milliseconds{info.duration_ms};
    about.has_sound = info.has_sound;
    if (info.has_pictures && info.width > 0 && info.height > 0) about.size = Dimensions{info.width, info.height};
    if (!info.has_pictures && info.has_sound && about.format.kind == Kind::video) {
        about.format.kind = Kind::audio;
        if (about.format.type == Type::webm) about.format.mime = "audio/webm";
    }
}

}  // namespace

Result<About> inspect(const Tools& tools, const std::string& path, const work::Stop& stop) {
    auto file = FileSource::open(path);
    if (!file) return file.error();
    About about;
    about.bytes = file->size();
    about.format = formats::identify(*file);
    read_headers(*file, about);
    if (is_complete(about)) return about;

    std::optional<wire::Info> measured;
    const work::Sink sink{
        .info =
            [&](const wire::Info& info) {
                measured = info;
                return Status{};
            },
        .sound = {},
        .picture = {},
    };
    const auto done = tools.worker.run(file->descriptor(), {.job = wire::Job::probe}, sink, stop);
    if (!done && done.error() == work::Errc::stopped) return done.error();
    if (done && measured) take_measures(*measured, about);
    return about;
}

}  // namespace bridge::convert::detail
