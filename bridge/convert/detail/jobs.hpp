/// The four conversions, as blocking functions for a worker thread.
#pragma once

#include "bridge/convert/convert.hpp"
#include "common/files/files.hpp"

#include <string>

namespace bridge::convert::detail {

/// What every job works with; outlives it.
struct Tools {
    Settings settings;
    work::Worker worker;
};

Result<About> inspect(const Tools& tools, const std::string& path, const work::Stop& stop);
Result<Preview> preview(const Tools& tools, const std::string& path, const work::Stop& stop);
Result<VoiceNote> make_voice_note(
    const Tools& tools, const std::string& path, const std::string& output, const work::Stop& stop
);
Result<Sticker> make_sticker(
    const Tools& tools, const std::string& path, const std::string& output, const work::Stop& stop
);

/// A file for the parsers. Errors of reading look like its end.
class FileSource final : public formats::Source {
public:
    static Result<FileSource> open(const std::string& path);

    std::uint64_t size() const noexcept override { return size_; }
    std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) noexcept override {
        const auto count = file_.read_at(offset, out);
        return count ? *count : 0;
    }
    int descriptor() const noexcept { return file_.descriptor(); }

private:
    FileSource(common::files::File file, std::uint64_t size) noexcept : file_{std::move(file)}, size_{size} {}

    common::files::File file_;
    std::uint64_t size_;
};

/// A file beside `output` that becomes it when all is well.
Result<common::files::TempFile> create_for(const std::string& output);

/// Pictures of a film, an animation or a format that only the worker reads, turned as they are shown.
Status worker_pictures(
    const Tools& tools,
    const FileSource& file,
    wire::Request request,
    const pictures::TakeFrame& take,
    const work::Stop& stop
);

}  // namespace bridge::convert::detail
