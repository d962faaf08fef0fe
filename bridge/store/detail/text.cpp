#include "bridge/store/detail/text.hpp"

#include "bridge/store/detail/case_table.hpp"
#include "common/bytes/utf8.hpp"

#include <algorithm>
#include <array>

namespace bridge::store::detail {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

std::size_t sequence_size(char lead) noexcept {
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

char32_t decode(std::string_view sequence) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<char32_t>(static_cast<unsigned char>(sequence[at])); };
    switch (sequence.size()) {
        case 1: return byte(0);
        case 2: return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
        case 3: return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
        default: return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    }
}

char32_t lower(char32_t character) noexcept {
    const auto runs = case_runs();
    const auto after = std::upper_bound(runs.begin(), runs.end(), character, [](char32_t c, const CaseRun& run) {
        return c < run.first;
    });
    if (after == runs.begin()) return character;
    const CaseRun& run = *(after - 1);
    if (character > run.last || (character - run.first) % run.step != 0) return character;
    return static_cast<char32_t>(static_cast<std::int32_t>(character) + run.distance);
}

/// Scripts without case make most of the long texts that are not Latin: one look instead of a search.
bool may_have_case(char32_t character) noexcept {
    return character < 0x0590 || (character >= 0x10A0 && character < 0x2E80) || character >= 0xA640;
}

}  // namespace

bool is_clean(std::string_view text) noexcept {
    return text.find('\0') == std::string_view::npos && common::is_utf8(text);
}

std::string clean(std::string_view text) {
    if (is_clean(text)) return std::string{text};
    std::string out;
    out.reserve(text.size() + 8);
    while (!text.empty()) {
        const std::size_t size = text.front() == '\0' ? 0 : common::utf8_sequence(text);
        out += size == 0 ? replacement : text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    }
}

void append_folded(std::string& out, std::string_view text) {
    out.reserve(out.size() + text.size() + 4);
    while (!text.empty()) {
        const char lead = text.front();
        if (static_cast<unsigned char>(lead) < 0x80) {
            out += lead >= 'A' && lead <= 'Z' ? static_cast<char>(lead + ('a' - 'A')) : lead;
            text.remove_prefix(1);
            continue;
        }
        const std::size_t size = std::min(sequence_size(lead), text.size());
        const std::string_view sequence = text.substr(0, size);
        const char32_t character = decode(sequence);
        const char32_t small = may_have_case(character) ? lower(character) : character;
        if (small == character) {
            out += sequence;
        } else {
            append_utf8(out, small);
        }
        text.remove_prefix(size);
    }
}

std::string fold(std::string_view text) {
    std::string out;
    append_folded(out, text);
    return out;
}

std::vector<std::size_t> character_starts(std::string_view text) {
    std::vector<std::size_t> starts;
    starts.reserve(text.size() + 1);
    for (std::size_t at = 0; at < text.size(); at += sequence_size(text[at])) starts.push_back(at);
    starts.push_back(text.size());
    return starts;
}

std::string_view user_part(std::string_view jid) noexcept { return jid.substr(0, jid.find('@')); }

std::string_view server_part(std::string_view jid) noexcept {
    const std::size_t at = jid.find('@');
    return at == std::string_view::npos ? std::string_view{} : jid.substr(at + 1);
}

bool is_person(std::string_view jid) noexcept {
    const std::string_view server = server_part(jid);
    return server == "s.whatsapp.net" || server == "lid";
}

}  // namespace bridge::store::detail
