#include "bridge/api/detail/content_json.hpp"
#include "bridge/api/detail/routes.hpp"
#include "bridge/api/detail/send_answer.hpp"
#include "bridge/api/detail/send_options.hpp"

#include <utility>

namespace bridge::api::detail {

namespace content = whatsapp::content;

namespace {

constexpr std::size_t longest_message = 65'536;
constexpr std::size_t longest_path = 4'096;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// The request, or the answer that refuses it. The Go bridge's clients know 400 for all of these.
std::optional<Response> read_send(const Request& request, SendRequest& out) {
    BodyReader body{request};
    Fields fields = body.fields();
    out.recipient = body.text("recipient");
    std::string text = fields.text("message", longest_message);
    MediaSource source;
    source.path = fields.text("media_path", longest_path);
    if (body.problem()) return family_failure(400, body.why());
    if (is_blank(out.recipient)) return family_failure(400, "Recipient is required");
    if (!source.path.empty()) {
        content::Media media;
        media.kind = media_kind_of(source.path);
        // What takes no caption is sent without: this call has one field for both.
        if (takes_caption(media.kind)) media.caption = std::move(text);
        out.content.body = std::move(media);
        out.media = std::move(source);
    } else {
        if (is_blank(text)) return family_failure(400, "Message text cannot be empty");
        content::Text plain;
        plain.text = std::move(text);
        out.content.body = std::move(plain);
    }
    out.options = read_send_options(fields, request.headers);
    if (body.problem()) return family_failure(400, body.why());
    return std::nullopt;
}

Answer post_send(const Deps& deps, const Request& request) {
    SendRequest wanted;
    if (auto refused = read_send(request, wanted)) co_return std::move(*refused);
    const std::string recipient = wanted.recipient;
    const auto sent = co_await deps.sender.send(std::move(wanted));
    co_return family_answer(sent, recipient, request);
}

}  // namespace

void add_send_routes(Routes& routes) { routes.post("/api/send", post_send); }

}  // namespace bridge::api::detail
