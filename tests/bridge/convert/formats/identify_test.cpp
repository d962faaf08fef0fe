#include "tests/bridge/convert/formats/files.hpp"

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

namespace formats = bridge::convert::formats;
using formats::Type;
using namespace std::literals;

namespace {

formats::Format identify(const common::Bytes& bytes) {
    formats::MemorySource source{bytes};
    return formats::identify(source);
}

formats::Format identify(std::string_view text) { return identify(files::text(text)); }

}  // namespace

TEST_CASE("formats: files are known by their bytes", "[convert]") {
    const auto brand = [](std::string_view name) {
        return files::box("ftyp", files::text(std::string{name} + "\0\0\0\0mif1"s));
    };
    const std::vector<std::pair<common::Bytes, std::string_view>> known{
        {files::jpeg(4, 3), "image/jpeg"},
        {files::png(4, 3), "image/png"},
        {files::gif(4, 3, 1), "image/gif"},
        {files::webp("VP8L", "\x2F\0\0\0\0"sv), "image/webp"},
        {files::text("BM\x1A\0\0\0\0\0\0\0\x1A\0\0\0\x0C\0\0\0\x01\0\x01\0\x01\0\x18\0"sv), "image/bmp"},
        {files::text("II*\0\x08\0\0\0"sv), "image/tiff"},
        {brand("heic"), "image/heic"},
        {brand("mif1"), "image/heic"},
        {brand("avif"), "image/avif"},
        {files::movie(true), "video/mp4"},
        {brand("qt  "), "video/quicktime"},
        {brand("3gp5"), "video/3gpp"},
        {brand("M4A "), "audio/mp4"},
        {files::text("\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x84webm"sv), "video/webm"},
        {files::text("\x1A\x45\xDF\xA3\xA3\x42\x86\x81\x01\x42\x82\x88matroska"sv), "video/x-matroska"},
        {files::ogg_page("OpusHead\x01\x01\x38\x01", 0, 2), "audio/ogg; codecs=opus"},
        {files::ogg_page("\x01vorbis\0\0\0\0"sv, 0, 2), "audio/ogg"},
        {common::concat({files::ogg_page("OpusHead", 0, 2, 1), files::ogg_page("\x80theora", 0, 2, 2)}), "video/ogg"},
        {files::text("ID3\x03\0"sv), "audio/mpeg"},
        {files::wav(32'000, 4, 4), "audio/wav"},
        {files::text("RIFF\0\0\0\0AVI LIST"sv), "video/x-msvideo"},
        {files::text("fLaC\0\0\0\x22"sv), "audio/flac"},
        {files::text("#!AMR\n<"), "audio/amr"},
        {files::text("#!AMR-WB\n<"), "audio/amr-wb"},
        {files::text("%PDF-1.7\n"), "application/pdf"},
        {files::zip({"a.txt"}), "application/zip"},
        {files::zip({"mimetype"}, "application/epub+zip"), "application/epub+zip"},
        {files::zip({"[Content_Types].xml", "_rels/.rels", "word/document.xml"}),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {files::zip({"xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"}),
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {files::zip({"word/document.xml"}), "application/zip"},
        {files::text("BEGIN:VCARD\r\nVERSION:3.0\r\n"), "text/vcard"},
        {files::text("<!DOCTYPE html><title>x</title>"), "text/html"},
        {files::text("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "image/svg+xml"},
        {files::text("Grüße, 你好\n"), "text/plain"},
    };
    for (const auto& [bytes, mime] : known) {
        CHECK(identify(bytes).mime == mime);
        files::mistreat(bytes);
    }
}

TEST_CASE("formats: what fits nothing is an octet stream and a document", "[convert]") {
    for (const std::string_view text : {""sv, "\x01\x02\x03"sv, "MZ\x90\0"sv, "caf\xE9"sv, "RIFF\0\0\0\0nope"sv}) {
        CHECK(identify(text).mime == "application/octet-stream");
        CHECK(identify(text).kind == formats::Kind::document);
    }
}

TEST_CASE("formats: two MPEG frames make an MP3, one alone does not", "[convert]") {
    common::Bytes frame = files::text("\xFF\xFB\x90\x64"sv);  // MPEG 1 layer III, 128 kbit/s, 44100 Hz: 417 bytes
    frame.resize(417);
    CHECK(identify(frame).type == Type::unknown);
    CHECK(identify(common::concat({frame, frame})).type == Type::mp3);

    common::Bytes adts = files::text("\xFF\xF1\x50\x80\x01\x3F\xFC\0\0"sv);  // nine bytes
    CHECK(identify(common::concat({adts, adts})).type == Type::aac);
}

TEST_CASE("formats: a character cut off at the end of what was read is still text", "[convert]") {
    std::string text(4095, 'a');
    text += "é and more";
    CHECK(identify(text).type == Type::text);
    CHECK(identify(std::string(4094, 'a') + "\xC3(").type == Type::unknown);
}

TEST_CASE("formats: pages of a PDF are counted from the root of its page tree", "[convert]") {
    const auto pages = [](std::string_view text) {
        const common::Bytes bytes = files::text(text);
        formats::MemorySource source{bytes};
        return formats::find_page_count(source);
    };
    CHECK(pages("%PDF-1.4\n1 0 obj<</Type/Pages/Count 12/Kids[3 0 R]>>endobj\n2 0 obj<</Type /Page>>endobj") == 12U);
    CHECK(pages("%PDF-1.4\n1 0 obj\n<< /Count 3 /Resources << /Font 2 0 R >> /Type /Pages >>\nendobj") == 3U);
    CHECK(pages("%PDF-1.4\n1 0 obj<</Type/Pages/Count 2>>endobj 4 0 obj<</Type/Pages/Count 9>>endobj") == 9U);
    CHECK_FALSE(pages("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj"));
    CHECK_FALSE(pages("1 0 obj<</Type/Pages/Count 12>>endobj"));
}
