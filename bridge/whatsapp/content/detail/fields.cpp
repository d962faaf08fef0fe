#include "bridge/whatsapp/content/detail/fields.hpp"

#include "common/bytes/utf8.hpp"

#include <algorithm>
#include <limits>

namespace bridge::whatsapp::content::detail {
namespace {

constexpr std::int64_t end_of_9999 = 253'402'300'799;

}  // namespace

std::string text(const std::string& field) {
    if (common::is_utf8(field)) return field;
    std::string out;
    for (std::string_view rest = field; !rest.empty();) {
        const std::size_t size = common::utf8_sequence(rest);
        out += size == 0 ? std::string_view{"\xEF\xBF\xBD"} : rest.substr(0, size);
        rest.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

common::Bytes bytes(const std::string& field) { return common::to_bytes(field); }

Jid jid(const std::string& field) {
    if (field.empty()) return {};
    const auto parsed = Jid::parse(field);
    return parsed ? parsed->normalised().bare() : Jid{};
}

common::UnixTime time(std::int64_t seconds) noexcept {
    return common::UnixTime{std::chrono::seconds{seconds < 0 || seconds > end_of_9999 ? 0 : seconds}};
}

common::UnixMillis time_ms(std::int64_t milliseconds) noexcept {
    const bool fits = milliseconds >= 0 && milliseconds / 1000 <= end_of_9999;
    return common::UnixMillis{std::chrono::milliseconds{fits ? milliseconds : 0}};
}

std::uint32_t seconds(std::chrono::seconds duration) noexcept {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(duration.count(), 0, most));
}

MessageRef ref(const wa::e2e::MessageKey& key) {
    MessageRef out;
    out.chat = jid(key.remote_jid());
    out.from_me = key.from_me();
    out.id = text(key.id());
    out.participant = jid(key.participant());
    return out;
}

void put(wa::e2e::MessageKey& key, const MessageRef& ref) {
    put(key, &wa::e2e::MessageKey::mutable_remote_jid, ref.chat);
    key.set_from_me(ref.from_me);
    key.set_id(ref.id);
    if (!ref.from_me && !ref.chat.is_user()) put(key, &wa::e2e::MessageKey::mutable_participant, ref.participant);
}

}  // namespace bridge::whatsapp::content::detail
