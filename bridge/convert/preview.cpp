#include "bridge/convert/detail/jobs.hpp"

#include <algorithm>

namespace bridge::convert::detail {
namespace {

Result<pictures::Picture> first_picture(const Tools& tools, FileSource& file, const work::Stop& stop) {
    const std::uint32_t side = tools.settings.thumbnail_side;
    const formats::Kind kind = formats::identify(file).kind;
    if (kind != formats::Kind::image && kind != formats::Kind::video) return Errc::no_picture;
    auto picture = pictures::decode(file, side, tools.settings.pictures);
    if (picture || !(picture.error() == pictures::Errc::unsupported)) return picture;

    std::optional<pictures::Picture> found;
    const auto take = [&](const pictures::Picture& first, std::uint32_t) {
        if (!found) found = first;
        return Status{};
    };
    const auto done =
        worker_pictures(tools, file, {.side = std::min(side, wire::longest_side), .count = 1}, take, stop);
    if (found) return std::move(*found);
    return done ? Errc::no_picture : done.error();
}

}  // namespace

Result<Preview> preview(const Tools& tools, const std::string& path, const work::Stop& stop) {
    auto file = FileSource::open(path);
    if (!file) return file.error();
    const auto picture = first_picture(tools, *file, stop);
    if (!picture) return picture.error();
    auto thumbnail = pictures::make_thumbnail(*picture, tools.settings.thumbnail_side, tools.settings.thumbnail_bytes);
    if (!thumbnail) return thumbnail.error();
    return Preview{std::move(thumbnail->jpeg), thumbnail->size};
}

}  // namespace bridge::convert::detail
