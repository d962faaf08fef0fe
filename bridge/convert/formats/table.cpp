#include "bridge/convert/formats/formats.hpp"

#include <array>

namespace bridge::convert::formats {
namespace {

constexpr std::array table{
    Format{Type::unknown, Kind::document, "application/octet-stream", "bin"},
    Format{Type::jpeg, Kind::image, "image/jpeg", "jpg"},
    Format{Type::png, Kind::image, "image/png", "png"},
    Format{Type::gif, Kind::image, "image/gif", "gif"},
    Format{Type::webp, Kind::image, "image/webp", "webp"},
    Format{Type::bmp, Kind::image, "image/bmp", "bmp"},
    Format{Type::tiff, Kind::image, "image/tiff", "tiff"},
    Format{Type::ico, Kind::image, "image/x-icon", "ico"},
    Format{Type::heic, Kind::image, "image/heic", "heic"},
    Format{Type::avif, Kind::image, "image/avif", "avif"},
    Format{Type::jxl, Kind::image, "image/jxl", "jxl"},
    Format{Type::mp4, Kind::video, "video/mp4", "mp4"},
    Format{Type::quicktime, Kind::video, "video/quicktime", "mov"},
    Format{Type::three_gp, Kind::video, "video/3gpp", "3gp"},
    Format{Type::webm, Kind::video, "video/webm", "webm"},
    Format{Type::matroska, Kind::video, "video/x-matroska", "mkv"},
    Format{Type::avi, Kind::video, "video/x-msvideo", "avi"},
    Format{Type::flv, Kind::video, "video/x-flv", "flv"},
    Format{Type::asf, Kind::video, "video/x-ms-wmv", "wmv"},
    Format{Type::mpeg, Kind::video, "video/mpeg", "mpg"},
    Format{Type::mpeg_ts, Kind::video, "video/mp2t", "ts"},
    Format{Type::ogg_video, Kind::video, "video/ogg", "ogv"},
    Format{Type::m4a, Kind::audio, "audio/mp4", "m4a"},
    Format{Type::ogg_opus, Kind::audio, "audio/ogg; codecs=opus", "ogg"},
    Format{Type::ogg_vorbis, Kind::audio, "audio/ogg", "ogg"},
    Format{Type::ogg_audio, Kind::audio, "audio/ogg", "ogg"},
    Format{Type::mp3, Kind::audio, "audio/mpeg", "mp3"},
    Format{Type::aac, Kind::audio, "audio/aac", "aac"},
    Format{Type::wav, Kind::audio, "audio/wav", "wav"},
    Format{Type::flac, Kind::audio, "audio/flac", "flac"},
    Format{Type::amr, Kind::audio, "audio/amr", "amr"},
    Format{Type::amr_wb, Kind::audio, "audio/amr-wb", "awb"},
    Format{Type::aiff, Kind::audio, "audio/aiff", "aiff"},
    Format{Type::caf, Kind::audio, "audio/x-caf", "caf"},
    Format{Type::midi, Kind::audio, "audio/midi", "mid"},
    Format{Type::pdf, Kind::document, "application/pdf", "pdf"},
    Format{Type::zip, Kind::document, "application/zip", "zip"},
    Format{
        Type::docx, Kind::document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    Format{Type::xlsx, Kind::document, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
    Format{
        Type::pptx,
        Kind::document,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx"},
    Format{Type::odt, Kind::document, "application/vnd.oasis.opendocument.text", "odt"},
    Format{Type::ods, Kind::document, "application/vnd.oasis.opendocument.spreadsheet", "ods"},
    Format{Type::odp, Kind::document, "application/vnd.oasis.opendocument.presentation", "odp"},
    Format{Type::epub, Kind::document, "application/epub+zip", "epub"},
    Format{Type::apk, Kind::document, "application/vnd.android.package-archive", "apk"},
    Format{Type::ole, Kind::document, "application/x-ole-storage", "doc"},
    Format{Type::rtf, Kind::document, "application/rtf", "rtf"},
    Format{Type::rar, Kind::document, "application/vnd.rar", "rar"},
    Format{Type::seven_zip, Kind::document, "application/x-7z-compressed", "7z"},
    Format{Type::gzip, Kind::document, "application/gzip", "gz"},
    Format{Type::bzip2, Kind::document, "application/x-bzip2", "bz2"},
    Format{Type::xz, Kind::document, "application/x-xz", "xz"},
    Format{Type::zstd, Kind::document, "application/zstd", "zst"},
    Format{Type::tar, Kind::document, "application/x-tar", "tar"},
    Format{Type::vcard, Kind::document, "text/vcard", "vcf"},
    Format{Type::calendar, Kind::document, "text/calendar", "ics"},
    Format{Type::html, Kind::document, "text/html", "html"},
    Format{Type::svg, Kind::document, "image/svg+xml", "svg"},
    Format{Type::xml, Kind::document, "application/xml", "xml"},
    Format{Type::text, Kind::document, "text/plain", "txt"},
};

// The table is in the order of the enumeration, so a look-up is an index.
consteval bool is_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].type) != i) return false;
    }
    return table.size() == static_cast<std::size_t>(Type::text) + 1;
}
static_assert(is_in_order());

}  // namespace

Format format_of(Type type) noexcept {
    const auto index = static_cast<std::size_t>(type);
    return index < table.size() ? table[index] : table[0];
}

}  // namespace bridge::convert::formats
