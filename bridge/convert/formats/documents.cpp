#include "bridge/convert/formats/detail/guess.hpp"
#include "bridge/convert/formats/detail/reader.hpp"
#include "common/bytes/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace bridge::convert::formats {
namespace detail {
namespace {

using namespace std::string_view_literals;

/// The content type that EPUB and OpenDocument files hold uncompressed in their first entry.
Type type_in_first_entry(Source& file) noexcept {
    std::array<std::uint8_t, 128> buffer;
    const std::string_view head = common::as_text(ByteView{buffer}.first(file.read(0, buffer)));
    if (head.size() < 38 || head.substr(30, 8) != "mimetype") return Type::zip;
    for (const Type type : {Type::epub, Type::odt, Type::ods, Type::odp}) {
        if (head.substr(38).starts_with(format_of(type).mime)) return type;
    }
    return Type::zip;
}

/// Where the list of entries starts, from the record at the end of the archive.
std::optional<std::uint64_t> directory_of(Source& file) noexcept {
    std::array<std::uint8_t, 4096> buffer;
    const std::uint64_t start = file.size() - std::min<std::uint64_t>(file.size(), buffer.size());
    const std::string_view tail = common::as_text(ByteView{buffer}.first(file.read(start, buffer)));
    const std::size_t at = tail.rfind("PK\x05\x06");
    if (at == tail.npos || tail.size() - at < 22) return std::nullopt;
    Reader record{file, start + at + 16};
    return record.le32();
}

Type type_by_names(Source& file, std::uint64_t directory) noexcept {
    constexpr int most_entries = 256;
    Reader reader{file, directory};
    bool is_office = false;
    bool has_manifest = false;
    for (int i = 0; i < most_entries; ++i) {
        const std::uint64_t start = reader.position();
        if (reader.be32() != 0x504B0102) break;
        reader.seek(start + 28);
        const std::uint32_t name_size = reader.le16();
        const std::uint64_t extra = reader.le16() + std::uint64_t{reader.le16()};
        reader.seek(start + 46);
        std::array<char, 24> name{};
        for (std::uint32_t n = 0; n < name_size; ++n) {
            const char letter = static_cast<char>(reader.u8());
            if (n < name.size()) name[n] = letter;
        }
        reader.skip(extra);
        if (!reader.ok()) break;
        const std::string_view text{name.data(), std::min<std::size_t>(name_size, name.size())};
        is_office = is_office || text == "[Content_Types].xml"sv;
        has_manifest = has_manifest || text == "AndroidManifest.xml"sv;
        if (has_manifest) return Type::apk;
        if (is_office && text.starts_with("word/")) return Type::docx;
        if (is_office && text.starts_with("xl/")) return Type::xlsx;
        if (is_office && text.starts_with("ppt/")) return Type::pptx;
    }
    return Type::zip;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) noexcept {
    if (text.size() < lower.size()) return false;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        if (std::tolower(static_cast<unsigned char>(text[i])) != lower[i]) return false;
    }
    return true;
}

}  // namespace

Type archive_of(Source& file) noexcept {
    if (const Type type = type_in_first_entry(file); type != Type::zip) return type;
    const auto directory = directory_of(file);
    return directory ? type_by_names(file, *directory) : Type::zip;
}

Type text_of(ByteView head, bool is_whole) noexcept {
    std::string_view text = common::as_text(head);
    if (text.empty()) return Type::unknown;
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return Type::text;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto is_control = [](unsigned char c) {
        return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B) || c == 0x7F;
    };
    if (std::any_of(text.begin(), text.end(), is_control)) return Type::unknown;
    // The head may end inside a character.
    std::string_view whole = text;
    for (int i = 0; i < 3 && !is_whole && !common::is_utf8(whole) && !whole.empty(); ++i) whole.remove_suffix(1);
    if (!common::is_utf8(whole)) return Type::unknown;
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (starts_with_ignoring_case(text, "begin:vcard")) return Type::vcard;
    if (starts_with_ignoring_case(text, "begin:vcalendar")) return Type::calendar;
    if (starts_with_ignoring_case(text, "<!doctype html") || starts_with_ignoring_case(text, "<html"))
        return Type::html;
    if (starts_with_ignoring_case(text, "<svg")) return Type::svg;
    if (starts_with_ignoring_case(text, "<?xml")) return text.find("<svg") != text.npos ? Type::svg : Type::xml;
    return Type::text;
}

}  // namespace detail

namespace {

/// The number after "/Count" in the text of one object.
std::optional<std::uint32_t> count_in(std::string_view object) noexcept {
    const std::size_t count = object.find("/Count");
    if (count == object.npos) return std::nullopt;
    std::size_t digit = object.find_first_not_of(" \r\n\t", count + 6);
    std::uint32_t value = 0;
    for (int digits = 0; digits < 7 && digit < object.size(); ++digits, ++digit) {
        if (object[digit] < '0' || object[digit] > '9') break;
        value = value * 10 + static_cast<std::uint32_t>(object[digit] - '0');
    }
    return value;
}

/// The object around a place, as far as it lies within a window of 64 KiB on either side.
std::string_view object_around(std::string_view text, std::size_t at) noexcept {
    constexpr std::size_t reach = 65'536;
    const std::size_t low = at - std::min(at, reach);
    const std::string_view before = text.substr(low, at - low);
    const std::size_t begin = before.rfind(" obj");
    const std::string_view rest = text.substr(begin == before.npos ? at : low + begin);
    return rest.substr(0, std::min(rest.substr(0, 2 * reach).find("endobj"), 2 * reach));
}

}  // namespace

std::optional<std::uint32_t> find_page_count(Source& file) noexcept try {
    // The root of the page tree says how many leaves there are; it has the highest count of all nodes.
    constexpr std::uint64_t most_bytes = 64U << 20;
    constexpr std::size_t chunk = 1U << 20;
    constexpr std::size_t overlap = 4096;
    std::optional<std::uint32_t> pages;
    std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), chunk)));
    for (std::uint64_t at = 0; at < std::min(file.size(), most_bytes); at += chunk - overlap) {
        const std::string_view text = common::as_text(ByteView{buffer}.first(file.read(at, buffer)));
        if (at == 0 && !text.starts_with("%PDF-")) return std::nullopt;
        for (std::size_t node = text.find("/Pages"); node != text.npos; node = text.find("/Pages", node + 6)) {
            const std::string_view before = text.substr(0, node);
            const std::size_t key = before.find_last_not_of(" \r\n\t");
            if (key == before.npos || key < 4 || before.substr(key - 4, 5) != "/Type") continue;
            const auto count = count_in(object_around(text, node));
            if (count && *count > pages.value_or(0)) pages = count;
        }
    }
    return pages;
} catch (const std::bad_alloc&) {
    return std::nullopt;
}

}  // namespace bridge::convert::formats
