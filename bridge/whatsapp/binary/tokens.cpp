#include "bridge/whatsapp/binary/detail/tokens.hpp"

#include <algorithm>

namespace bridge::whatsapp::binary::detail {

namespace {

constexpr std::size_t slot_count = 4096;  // 1259 tokens: short probes

std::size_t slot_of(std::string_view text) noexcept {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
    return (hash ^ hash >> 15) % slot_count;
}

template <std::size_t N>
void split_lines(std::string_view text, std::array<std::string_view, N>& lines) {
    for (std::string_view& line : lines) {
        line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
}

struct Table {
    std::array<std::string_view, first_dictionary> single;
    std::array<std::array<std::string_view, 256>, dictionary_count> dictionaries;
    std::array<std::string_view, slot_count> texts;  // empty: a free slot
    std::array<Token, slot_count> tokens;
    std::size_t longest{0};

    Table() {
        split_lines(single_byte_text, single);
        for (std::size_t i = 0; i < dictionary_count; ++i) split_lines(double_byte_text[i], dictionaries[i]);
        for (std::size_t i = 1; i < single.size(); ++i) insert(single[i], {static_cast<std::uint8_t>(i), 0});
        for (std::size_t d = 0; d < dictionary_count; ++d) {
            for (std::size_t i = 0; i < 256; ++i) {
                const auto first = static_cast<std::uint8_t>(first_dictionary + d);
                insert(dictionaries[d][i], {first, static_cast<std::uint8_t>(i)});
            }
        }
    }

    void insert(std::string_view text, Token token) {
        longest = std::max(longest, text.size());
        std::size_t slot = slot_of(text);
        while (!texts[slot].empty()) slot = (slot + 1) % slot_count;
        texts[slot] = text;
        tokens[slot] = token;
    }
};

const Table& table() noexcept {
    static const Table built;
    return built;
}

}  // namespace

std::optional<Token> find_token(std::string_view text) noexcept {
    const Table& all = table();
    if (text.empty() || text.size() > all.longest) return std::nullopt;
    for (std::size_t slot = slot_of(text); !all.texts[slot].empty(); slot = (slot + 1) % slot_count) {
        if (all.texts[slot] == text) return all.tokens[slot];
    }
    return std::nullopt;
}

std::string_view single_byte_token(std::uint8_t index) noexcept {
    return index < first_dictionary ? table().single[index] : std::string_view{};
}

std::string_view double_byte_token(std::size_t dictionary, std::uint8_t index) noexcept {
    return dictionary < dictionary_count ? table().dictionaries[dictionary][index] : std::string_view{};
}

}  // namespace bridge::whatsapp::binary::detail
