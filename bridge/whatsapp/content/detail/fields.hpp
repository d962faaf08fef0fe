/// Between the fields of generated messages and our values: absent and empty are the same, numbers stay in range.
#pragma once

#include "bridge/whatsapp/content/context.hpp"
#include "proto/message_key.pb.h"

#include <chrono>
#include <string>
#include <string_view>

namespace bridge::whatsapp::content::detail {

/// Valid UTF-8: what is not becomes U+FFFD.
std::string text(const std::string& field);
common::Bytes bytes(const std::string& field);
/// Bare and normalised; empty when it does not parse.
Jid jid(const std::string& field);
/// Between 1970 and 9999; what is outside becomes the epoch.
common::UnixTime time(std::int64_t seconds) noexcept;
common::UnixMillis time_ms(std::int64_t milliseconds) noexcept;
/// At most what fits 32 bits, at least nothing.
std::uint32_t seconds(std::chrono::seconds duration) noexcept;
inline std::int64_t unix_seconds(common::UnixTime time) noexcept { return time.time_since_epoch().count(); }
inline std::int64_t unix_ms(common::UnixMillis time) noexcept { return time.time_since_epoch().count(); }

MessageRef ref(const wa::e2e::MessageKey& key);
void put(wa::e2e::MessageKey& key, const MessageRef& ref);

// Writing leaves fields away whose value says nothing.
template <class M>
void put(M& message, std::string* (M::*field)(), std::string_view value) {
    if (!value.empty()) (message.*field)()->assign(value);
}
template <class M>
void put(M& message, std::string* (M::*field)(), const common::Bytes& value) {
    put(message, field, common::as_text(value));
}
template <class M>
void put(M& message, std::string* (M::*field)(), const Jid& value) {
    if (!value.empty()) *(message.*field)() = value.bare().to_string();
}
template <class M, class V>
void put(M& message, void (M::*set)(V), std::type_identity_t<V> value) {
    if (value != V{}) (message.*set)(value);
}

}  // namespace bridge::whatsapp::content::detail
