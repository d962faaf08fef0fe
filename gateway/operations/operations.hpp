/// One function per use case of the gateway: what every door (REST, later MCP) offers is decided here.
///
/// The bridge answers in the public JSON already, so answers are passed through byte for byte; refusals of the bridge
/// come back with their status and `{"detail": …}`. Parameters are checked by the doors, which know how to name them.
#pragma once

#include "common/clock/clock.hpp"
#include "gateway/bridge_link/bridge.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::operations {

namespace asio = common::asio;
using bridge_link::Reply;
using common::Result;

constexpr int max_limit = 1'000;  ///< of any list
constexpr int max_page = 1'000'000;
constexpr int max_context = 200;  ///< messages on either side

enum class Errc { empty_text = 1, bridge_failed };
common::ErrcInfo describe(Errc code) noexcept;

struct ChatQuery {
    int limit{20};
    int page{0};
    std::string sort{"last_active"};  ///< or "name"
    std::string text;                 ///< substring of the name; "" for all
};

struct MessagePage {
    std::string chat_jid;
    int limit{20};
    int page{0};
    std::string cursor;  ///< of a message; wins over `page`
};

struct SearchQuery {
    std::optional<common::UnixTime> after;
    std::optional<common::UnixTime> before;
    std::optional<std::string> sender_phone_number;
    std::optional<std::string> chat_jid;
    std::optional<std::string> text;
    int limit{20};
    int page{0};
};

struct ContextQuery {
    std::string message_id;
    std::string chat_jid;  ///< "" when the id alone has to do
    int before{5};
    int after{5};
};

struct TextToSend {
    std::string recipient;  ///< phone number in any spelling, or JID
    std::string text;
    bool is_group{false};         ///< a recipient without a server is a group id
    std::string idempotency_key;  ///< "" for none
};

/// Messages of a chat to mark as read.
struct ReadMark {
    std::string chat_jid;
    std::vector<std::string> message_ids;  ///< empty: everything unread
    std::string sender;                    ///< of messages the bridge does not have, in groups; "" otherwise
};

class Operations {
public:
    /// `bridge` outlives this.
    explicit Operations(bridge_link::Bridge& bridge) : bridge_{bridge} {}

    asio::awaitable<Result<Reply>> find_contacts(std::string text, int limit);
    asio::awaitable<Result<Reply>> list_contact_chats(std::string phone_number);
    asio::awaitable<Result<Reply>> list_chats(ChatQuery query);
    asio::awaitable<Result<Reply>> load_chat(std::string jid);
    asio::awaitable<Result<Reply>> load_chat_by_phone(std::string phone_number);
    asio::awaitable<Result<Reply>> list_messages(MessagePage page);
    /// `{chat_jid, count, unread_count}`.
    asio::awaitable<Result<Reply>> mark_read(ReadMark mark);
    asio::awaitable<Result<Reply>> search_messages(SearchQuery query);
    asio::awaitable<Result<Reply>> load_context(ContextQuery query);
    /// `{"success":true,"message":…,"result":{message_id,timestamp,status}}`; fails with `empty_text` before asking
    /// anybody.
    asio::awaitable<Result<Reply>> send_text(TextToSend message);
    /// The timeline of one own message.
    asio::awaitable<Result<Reply>> load_delivery(std::string message_id);

    const bridge_link::State& bridge_state() const noexcept { return bridge_.state(); }

private:
    asio::awaitable<Result<Reply>> read(std::string target, std::chrono::milliseconds limit);

    bridge_link::Bridge& bridge_;
};

}  // namespace gateway::operations
