/// Retry receipts, both ways: asking for a message again, and reading what somebody else could not open
/// (protocol part 2, sections 6.8 and 6.10).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/signal/signal.hpp"
#include "bridge/whatsapp/storage/storage.hpp"
#include "common/result/result.hpp"

#include <optional>
#include <string>

namespace bridge::whatsapp::messages {

/// Reasons as clients number them.
enum class RetryReason {
    unknown = 0,
    no_session = 1,
    invalid_key = 2,
    invalid_key_id = 3,
    invalid_message = 4,
    invalid_signature = 5,
    bad_mac = 7
};
RetryReason reason_of(const common::Error& failure) noexcept;

/// We send at most this many retry receipts for one message; requests beyond `max_answered` are not answered.
inline constexpr int max_asked = 4;
inline constexpr int max_answered = 5;

/// `<receipt type="retry">` for a stanza that did not open; `key` (fresh, stored, not uploaded) makes the sender's new
/// session possible and goes along from the second request on, or at once without a session.
Node make_retry_receipt(
    const Node& stanza,
    int count,
    RetryReason reason,
    const storage::Account& account,
    const std::optional<storage::PreKey>& key
);

/// Somebody's request for one of our messages.
struct RetryRequest {
    std::string message_id;
    Jid chat;       ///< bare: whose conversation it is (group, or the requester; own devices: `recipient`)
    Jid requester;  ///< device
    bool own_device{false};
    int count{1};
    std::uint32_t registration_id{0};
    std::optional<signal::PreKeyBundle> bundle;
};
common::Result<RetryRequest> parse_retry_request(const Node& receipt, const Jid& own_pn, const Jid& own_lid);

}  // namespace bridge::whatsapp::messages
