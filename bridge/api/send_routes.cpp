#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"

#include <algorithm>
#include <utility>

namespace bridge::api::detail {
namespace {

constexpr std::chrono::milliseconds longest_wait{25'000};
constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_key = 255;

/// Clients of the Go bridge read `success` and `message`; everything else of ours reads `detail`. What was kept and
/// failed afterwards has an id.
Response failure(unsigned status, std::string_view text, std::string_view message_id = {}) {
    common::json::Writer out;
    out.object().field("success", false).field("message", text).field("detail", text);
    if (!message_id.empty()) out.field("message_id", message_id).field("status", "failed");
    out.end();
    Response response = refusal(status, text);
    response.body = out.take();
    return response;
}

Response failure_of(const common::Error& error, const Request& request) {
    const Response plain = error_answer(error, request);
    const auto text = plain.status == 500 ? std::string_view{"The bridge could not send this message."} : error.text();
    return failure(plain.status, text);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool is_message_id(std::string_view id) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
               c == '.';
    };
    return id.size() <= longest_id && std::all_of(id.begin(), id.end(), fits);
}

bool is_key(std::string_view key) {
    const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
    return !key.empty() && key.size() <= longest_key && std::all_of(key.begin(), key.end(), printable);
}

/// `"sent"` or milliseconds; nothing when it is neither.
std::optional<std::chrono::milliseconds> read_wait(common::json::Value value) {
    if (!value.exists() || value.is_null()) return std::chrono::milliseconds{0};
    if (value.string_or("") == "sent") return longest_wait;
    const auto number = value.integer();
    if (!number || *number < 0 || *number > longest_wait.count()) return std::nullopt;
    return std::chrono::milliseconds{*number};
}

/// The request, or the answer that refuses it. The Go bridge's clients know 400 for all of these.
std::optional<Response> read_send(const Request& request, SendRequest& out) {
    BodyReader body{request};
    out.recipient = body.text("recipient");
    whatsapp::content::Text text;
    text.text = body.text("message");
    out.options.message_id = body.text("id");
    const std::string media_path = body.text("media_path");
    if (body.problem()) return failure(400, body.why());
    if (is_blank(out.recipient)) return failure(400, "Recipient is required");
    if (!media_path.empty()) return failure(422, "media_path: sending media is not available yet");
    if (is_blank(text.text)) return failure(400, "Message text cannot be empty");
    out.content.body = std::move(text);
    if (!is_message_id(out.options.message_id))
        return failure(400, "id: must be at most 64 letters, digits, dots and dashes");
    const auto wait = read_wait(body.value("wait"));
    if (!wait) return failure(400, "wait: must be \"sent\" or milliseconds up to 25000");
    out.options.wait = *wait;
    if (const auto key = request.headers.find("Idempotency-Key")) {
        if (!is_key(*key)) return failure(400, "Idempotency-Key: must be 1 to 255 printable characters");
        out.options.idempotency_key = std::string{*key};
    }
    return std::nullopt;
}

Answer post_send(const Deps& deps, const Request& request) {
    SendRequest wanted;
    if (auto refused = read_send(request, wanted)) co_return std::move(*refused);
    const std::string recipient = wanted.recipient;
    const auto sent = co_await deps.sender.send(std::move(wanted));
    if (!sent) co_return failure_of(sent.error(), request);
    if (sent->status == "failed") co_return failure(503, "WhatsApp did not take the message.", sent->message_id);
    const bool queued = sent->status == "queued";
    common::json::Writer out;
    out.object().field("success", true);
    out.field("message", (queued ? "Message queued for " : "Message sent to ") + recipient);
    out.field("message_id", sent->message_id).field("timestamp", common::to_rfc3339(sent->timestamp));
    out.field("chat_jid", sent->chat_jid).field("status", sent->status).end();
    co_return json_answer(out.take());
}

Answer post_download(const Deps& deps, const Request& request) {
    BodyReader body{request};
    std::string id = body.text("message_id");
    std::string chat = body.text("chat_jid");
    if (body.problem() || id.empty() || chat.empty()) co_return failure(400, "Message ID and Chat JID are required");
    const auto message = co_await deps.store.message(std::move(id), std::move(chat));
    if (!message && message.error().kind() != common::Kind::not_found) co_return failure_of(message.error(), request);
    if (!message) co_return failure(404, "There is no such message.");
    co_return failure(404, "This message has no media that can be downloaded.");
}

}  // namespace

void add_send_routes(Routes& routes) {
    routes.post("/api/send", post_send);
    routes.post("/api/download", post_download);
}

}  // namespace bridge::api::detail
