#include "bridge/api/detail/address.hpp"
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace bridge::api::detail {
namespace {

constexpr std::size_t most_ids = 1'000;
constexpr std::size_t longest_id = 256;

struct Wanted {
    std::string chat;
    std::vector<std::string> ids;  ///< empty: everything unread
    std::string sender;            ///< of messages that the store does not know
};

struct Read {
    std::string chat_jid;
    std::size_t count{0};          ///< messages that receipts went out for
    std::int64_t unread_count{0};  ///< what is left
};

enum class Errc { sender_needed = 1 };

common::ErrcInfo describe(Errc) noexcept {
    return {
        common::Kind::invalid,
        "sender: is needed for messages of a group that this bridge does not have; name who wrote them"};
}

/// One receipt for each sender, in the order of their newest message.
Result<std::vector<ReadRequest>> receipts_for(const store::ToRead& found, const Wanted& wanted) {
    std::vector<ReadRequest> receipts;
    std::map<std::string, std::size_t> place_of;
    const auto add = [&](const std::string& sender, const std::string& id) {
        const auto [place, is_new] = place_of.try_emplace(sender, receipts.size());
        if (is_new) receipts.push_back({found.chat_jid, sender, {}});
        receipts[place->second].ids.push_back(id);
    };
    for (const auto& message : found.messages) {
        const std::string& sender = message.sender.jid.empty() ? message.sender.lid : message.sender.jid;
        add(found.is_group ? sender : std::string{}, message.id);
    }
    if (found.is_group && !found.unknown.empty() && wanted.sender.empty()) return Errc::sender_needed;
    for (const std::string& id : found.unknown) add(found.is_group ? wanted.sender : std::string{}, id);
    return receipts;
}

asio::awaitable<Result<Read>> mark_read(const Deps& deps, Wanted wanted) {
    const auto found = co_await deps.store.to_read(wanted.chat, wanted.ids);
    if (!found) co_return found.error();
    auto receipts = receipts_for(*found, wanted);
    if (!receipts) co_return receipts.error();
    Read read;
    read.chat_jid = found->chat_jid;
    store::MarkRead change;
    change.chat.jid = found->chat_jid;
    for (ReadRequest& receipt : *receipts) {
        read.count += receipt.ids.size();
        // Unread ones are named, so that what arrives meanwhile stays unread.
        change.ids.insert(change.ids.end(), receipt.ids.begin(), receipt.ids.end());
        const auto told = co_await deps.sender.mark_read(std::move(receipt));
        if (!told) co_return told.error();
    }
    if (wanted.ids.empty() || !change.ids.empty()) {
        std::vector<store::Change> changes;
        changes.emplace_back(std::move(change));
        const auto stored = co_await deps.store.apply(std::move(changes));
        if (!stored) co_return stored.error();
    }
    const auto chat = co_await deps.store.chat(read.chat_jid);
    if (!chat) co_return chat.error();
    read.unread_count = chat->unread_count;
    co_return read;
}

Answer post_read(const Deps& deps, const Request& request) {
    Wanted wanted;
    wanted.chat = chat_address(request.param("jid"));
    if (!request.body.empty()) {
        BodyReader body{request};
        wanted.ids = body.texts("message_ids", most_ids, longest_id);
        wanted.sender = body.text("sender");
        if (body.problem()) co_return *body.problem();
    }
    const auto read = co_await mark_read(deps, std::move(wanted));
    if (!read) co_return read.error();
    common::json::Writer out;
    out.object().field("chat_jid", read->chat_jid).field("count", read->count);
    out.field("unread_count", read->unread_count).end();
    co_return json_answer(out.take());
}

/// A refusal as the Go bridges' clients know it; the code is one of four, or "" for a body that cannot be read.
Response not_marked(unsigned status, std::string_view text, std::string_view error_code) {
    common::json::Writer out;
    out.object().field("success", false).field("message", text).field("detail", text).field("count", 0);
    if (!error_code.empty()) out.field("error_code", error_code);
    out.end();
    Response response = refusal(status, text);
    response.body = out.take();
    return response;
}

Response not_marked(const common::Error& error, const Request& request) {
    if (error == Errc::sender_needed) return not_marked(400, error.text(), "INVALID_JID");
    if (error == store::Errc::chat_not_found)
        return not_marked(400, "There are no messages in this chat.", "EMPTY_CHAT");
    const Response plain = error_answer(error, request);
    const bool ours = plain.status == 500 || error == store::Errc::closed || error == store::Errc::overloaded;
    const auto text =
        plain.status == 500 ? std::string_view{"The bridge could not mark these messages."} : error.text();
    return not_marked(plain.status, text, ours ? "DATABASE_ERROR" : "WHATSAPP_API_ERROR");
}

Answer post_mark_read(const Deps& deps, const Request& request) {
    BodyReader body{request};
    Wanted wanted;
    const std::string chat = body.text("chat_jid");
    wanted.ids = body.texts("message_ids", most_ids, longest_id);
    wanted.sender = body.text("sender");
    if (body.problem()) co_return not_marked(400, body.why(), "");
    if (!is_address(chat)) co_return not_marked(400, "chat_jid: must be a JID or a phone number", "INVALID_JID");
    wanted.chat = chat_address(chat);
    const auto read = co_await mark_read(deps, std::move(wanted));
    if (!read) co_return not_marked(read.error(), request);
    common::json::Writer out;
    out.object().field("success", true);
    out.field("message", "Marked " + std::to_string(read->count) + " messages as read")
        .field("count", read->count)
        .end();
    co_return json_answer(out.take());
}

}  // namespace

void add_read_routes(Routes& routes) {
    routes.post("/api/chats/{jid}/read", post_read);
    routes.post("/api/mark_read", post_mark_read);
}

}  // namespace bridge::api::detail
