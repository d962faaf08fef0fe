#include "bridge/whatsapp/addons/tokens.hpp"

#include "bridge/whatsapp/content/wire_fields.hpp"
#include "common/crypto/crypto.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace bridge::whatsapp::addons {

using common::Bytes;
using common::ByteView;

namespace {

constexpr int max_depth = 16;

/// A field that the token covers: whole, by some of its fields, or as a message by the root's.
struct Rule {
    std::uint32_t field;
    std::span<const Rule> inside{};
    bool is_message{false};
};

constexpr Rule message_in(std::uint32_t field) { return {field, {}, true}; }

constexpr Rule context_rules[]{{21}, {22}};
constexpr Rule context(std::uint32_t field) { return {field, context_rules}; }

constexpr Rule wrapper_rules[]{message_in(1)};
constexpr Rule wrapper(std::uint32_t field) { return {field, wrapper_rules}; }

constexpr Rule image_rules[]{{2}, {3}, {8}, {11}, context(17), {25}};
constexpr Rule contact_rules[]{{1}, {16}, context(17)};
constexpr Rule location_rules[]{{3}, {4}, {5}, {16}, context(17)};
constexpr Rule text_rules[]{{1}, context(17), {30}};
constexpr Rule document_rules[]{{2}, {7}, {10}, context(17), {20}};
constexpr Rule audio_rules[]{{2}, {7}, {9}, context(17), {21}};
constexpr Rule video_rules[]{{2}, {6}, {7}, {13}, context(17), {20}};
constexpr Rule protocol_rules[]{{1}, {2}, message_in(14), {15}};
constexpr Rule live_location_rules[]{{6}, {16}, context(17)};
constexpr Rule sticker_rules[]{{4}, {5}, {8}, {13}, context(17)};
constexpr Rule group_invite_rules[]{{1}, {2}, {4}, {5}, {6}, context(7)};
constexpr Rule option_rules[]{{1}, {2}};
constexpr Rule poll_rules[]{{2}, {3, option_rules}, context(5), {8, option_rules}};
constexpr Rule poll_result_name_rules[]{{1}};
constexpr Rule poll_result_rules[]{{1}, {2, poll_result_name_rules}, context(3)};

constexpr Rule root_rules[]{
    {1},
    {3, image_rules},
    {4, contact_rules},
    {5, location_rules},
    {6, text_rules},
    {7, document_rules},
    {8, audio_rules},
    {9, video_rules},
    {12, protocol_rules},
    {18, live_location_rules},
    {26, sticker_rules},
    {28, group_invite_rules},
    wrapper(37),
    {49, poll_rules},
    wrapper(53),
    wrapper(55),
    wrapper(58),
    wrapper(59),
    {60, poll_rules},
    {64, poll_rules},
    {66, video_rules},
    wrapper(74),
    wrapper(87),
    {88, poll_result_rules},
    wrapper(92),
    wrapper(93),
    wrapper(94),
};

void append_varint(Bytes& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
    out.push_back(static_cast<std::uint8_t>(value));
}

Bytes filtered(ByteView message, std::span<const Rule> rules, int depth) {
    Bytes out;
    if (depth == max_depth) return out;
    auto fields = content::wire_fields(message);
    std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    for (const content::WireField& field : fields) {
        const auto rule =
            std::find_if(rules.begin(), rules.end(), [&field](const Rule& r) { return r.field == field.number; });
        if (rule == rules.end()) continue;
        if (!rule->is_message && rule->inside.empty()) {
            common::append(out, field.whole);
            continue;
        }
        if (!field.delimited) continue;
        const auto inside = rule->is_message ? std::span<const Rule>{root_rules} : rule->inside;
        const Bytes kept = filtered(field.value, inside, depth + 1);
        if (kept.empty()) continue;
        append_varint(out, std::uint64_t{field.number} << 3 | 2);
        append_varint(out, kept.size());
        common::append(out, kept);
    }
    return out;
}

}  // namespace

Bytes reported_content(ByteView message) { return filtered(message, root_rules, 0); }

common::SecretBytes reporting_key(
    ByteView message_secret, std::string_view message_id, const Jid& sender, const Jid& remote
) {
    const std::string info =
        std::string{message_id} + sender.bare().to_string() + remote.bare().to_string() + "Report Token";
    return common::crypto::hkdf_sha256(message_secret, {}, common::as_bytes(info), 32);
}

std::optional<ReportingToken> reporting_token(
    ByteView message, ByteView message_secret, std::string_view message_id, const Jid& sender, const Jid& remote
) {
    if (message_secret.size() != 32) return std::nullopt;
    const Bytes covered = reported_content(message);
    if (covered.empty()) return std::nullopt;
    const auto key = reporting_key(message_secret, message_id, sender, remote);
    const auto mac = common::crypto::hmac_sha256(key.view(), covered);
    ReportingToken token;
    std::copy_n(mac.begin(), token.size(), token.begin());
    return token;
}

common::ByteArray<32> contact_token(ByteView salt, const Jid& recipient_lid) {
    return common::crypto::hmac_sha256(salt, common::as_bytes(recipient_lid.bare().to_string()));
}

}  // namespace bridge::whatsapp::addons
