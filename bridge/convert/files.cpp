#include "bridge/convert/detail/jobs.hpp"

#include <filesystem>

namespace bridge::convert::detail {

Result<FileSource> FileSource::open(const std::string& path) {
    auto file = common::files::File::open(path);
    if (!file) return file.error();
    const auto size = file->size();
    if (!size) return size.error();
    return FileSource{std::move(*file), *size};
}

Result<common::files::TempFile> create_for(const std::string& output) {
    const std::filesystem::path folder = std::filesystem::path{output}.parent_path();
    return common::files::TempFile::create(folder.empty() ? "." : folder.string());
}

Status worker_pictures(
    const Tools& tools,
    const FileSource& file,
    wire::Request request,
    const pictures::TakeFrame& take,
    const work::Stop& stop
) {
    request.job = wire::Job::pictures;
    request.most_pixels = tools.settings.pictures.pixels;
    std::uint8_t orientation = 1;
    const work::Sink sink{
        .info =
            [&](const wire::Info& info) {
                orientation = info.orientation;
                return Status{};
            },
        .sound = {},
        .picture =
            [&](const work::Frame& frame) {
                pictures::Picture picture{{frame.width, frame.height}, common::to_bytes(frame.rgba)};
                return take(pictures::turn(std::move(picture), orientation), frame.shown_ms);
            },
    };
    return tools.worker.run(file.descriptor(), request, sink, stop);
}

}  // namespace bridge::convert::detail
