#include "bridge/api/detail/action_json.hpp"
#include "bridge/api/detail/address.hpp"
#include "bridge/api/detail/content_json.hpp"
#include "bridge/api/detail/routes.hpp"
#include "bridge/api/detail/send_answer.hpp"
#include "bridge/api/detail/send_options.hpp"

#include <utility>

namespace bridge::api::detail {
namespace {

Answer post_message(const Deps& deps, const Request& request) {
    BodyReader body{request};
    Fields fields = body.fields();
    SendRequest wanted = read_message(fields);
    wanted.options = read_send_options(fields, request.headers);
    fields.refuse_others();
    if (body.problem()) co_return *body.problem();
    const auto sent = co_await deps.sender.send(std::move(wanted));
    co_return send_answer(sent);
}

using ReadAction = Action (*)(Fields&);

/// The message is in the path, or (with "") in the body.
Answer act(const Deps& deps, const Request& request, ReadAction read, std::string message_id) {
    BodyReader body{request};
    Fields fields = body.fields();
    ActRequest wanted;
    wanted.target.message_id = message_id.empty() ? fields.needed_text("message_id", 256) : std::move(message_id);
    if (const auto chat = fields.address("chat_jid")) wanted.target.chat_jid = chat->to_string();
    wanted.action = read(fields);
    wanted.options = read_send_options(fields, request.headers);
    fields.refuse_others();
    if (body.problem()) co_return *body.problem();
    const auto sent = co_await deps.sender.act(std::move(wanted));
    co_return send_answer(sent);
}

template <ReadAction read>
Answer on_path(const Deps& deps, const Request& request) {
    return act(deps, request, read, std::string{request.param("id")});
}

template <ReadAction read>
Answer in_body(const Deps& deps, const Request& request) {
    return act(deps, request, read, {});
}

}  // namespace

void add_typed_routes(Routes& routes) {
    routes.post("/api/messages", post_message);
    routes.post("/api/messages/{id}/react", on_path<read_react>);
    routes.post("/api/messages/{id}/edit", on_path<read_edit>);
    routes.post("/api/messages/{id}/revoke", on_path<read_revoke>);
    routes.post("/api/messages/{id}/pin", on_path<read_pin>);
    routes.post("/api/messages/{id}/keep", on_path<read_keep>);
    routes.post("/api/messages/{id}/vote", on_path<read_vote>);
    routes.post("/api/messages/{id}/respond", on_path<read_respond>);
    routes.post("/api/messages/{id}/forward", on_path<read_forward>);
    // The same as others call it, with the message in the body.
    routes.post("/api/messages/react", in_body<read_react>);
    routes.post("/api/messages/edit", in_body<read_edit>);
    routes.post("/api/messages/revoke", in_body<read_revoke>);
    routes.post("/api/messages/forward", in_body<read_forward>);
}

}  // namespace bridge::api::detail
