#include "bridge/api/detail/send_answer.hpp"

#include <string>

namespace bridge::api::detail {
namespace {

constexpr std::string_view not_taken = "WhatsApp did not take the message.";

}  // namespace

Result<Response> send_answer(const Result<common::contract::SendResult>& sent) {
    if (!sent) return sent.error();
    if (sent->status != "failed") return json_answer(common::contract::to_json(*sent));
    Response response = refusal(503, not_taken);
    common::json::Writer out;
    out.object().field("detail", not_taken).field("message_id", sent->message_id).field("status", "failed").end();
    response.body = out.take();
    return response;
}

Response family_failure(unsigned status, std::string_view text, std::string_view message_id) {
    common::json::Writer out;
    out.object().field("success", false).field("message", text).field("detail", text);
    if (!message_id.empty()) out.field("message_id", message_id).field("status", "failed");
    out.end();
    Response response = refusal(status, text);
    response.body = out.take();
    return response;
}

Response family_failure(const common::Error& error, const Request& request) {
    const Response plain = error_answer(error, request);
    const auto text = plain.status == 500 ? std::string_view{"The bridge could not do this."} : error.text();
    return family_failure(plain.status, text);
}

Response family_answer(
    const Result<common::contract::SendResult>& sent, std::string_view recipient, const Request& request
) {
    if (!sent) return family_failure(sent.error(), request);
    if (sent->status == "failed") return family_failure(503, not_taken, sent->message_id);
    const bool queued = sent->status == "queued";
    common::json::Writer out;
    out.object().field("success", true);
    out.field("message", (queued ? "Message queued for " : "Message sent to ") + std::string{recipient});
    out.field("message_id", sent->message_id).field("timestamp", common::to_rfc3339(sent->timestamp));
    out.field("chat_jid", sent->chat_jid).field("status", sent->status).end();
    return json_answer(out.take());
}

}  // namespace bridge::api::detail
