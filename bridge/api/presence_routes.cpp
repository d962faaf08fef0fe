#include "bridge/api/detail/address.hpp"
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/fields.hpp"
#include "bridge/api/detail/routes.hpp"

#include <array>
#include <utility>

namespace bridge::api::detail {
namespace {

using whatsapp::events::Typing;

/// The JID in the path, or the answer that refuses it.
std::optional<Response> read_jid(const Request& request, std::string& out) {
    const auto given = request.param("jid");
    out = chat_address(given);
    if (is_address(given)) return std::nullopt;
    return refusal(422, "jid: must be a JID or a phone number");
}

Answer post_typing(const Deps& deps, const Request& request) {
    constexpr std::array states{Typing::composing, Typing::recording, Typing::paused};
    constexpr std::array<std::string_view, 3> names{"composing", "recording", "paused"};
    std::string chat;
    if (auto refused = read_jid(request, chat)) co_return std::move(*refused);
    BodyReader body{request};
    Fields fields = body.fields();
    if (!fields.has("state")) fields.report("state", "must be one of composing, recording, paused");
    const std::size_t state = fields.one_of("state", {names[0], names[1], names[2]}, 0);
    fields.refuse_others();
    if (body.problem()) co_return *body.problem();
    const auto told = co_await deps.sender.typing(chat, states.at(state));
    if (!told) co_return told.error();
    common::json::Writer out;
    out.object().field("chat_jid", chat).field("state", names.at(state)).end();
    co_return json_answer(out.take());
}

Answer post_presence(const Deps& deps, const Request& request) {
    BodyReader body{request};
    Fields fields = body.fields();
    if (!fields.has("available")) fields.report("available", "must be true or false");
    const bool available = fields.flag("available");
    fields.refuse_others();
    if (body.problem()) co_return *body.problem();
    const auto told = co_await deps.presence.set_available(available);
    if (!told) co_return told.error();
    common::json::Writer out;
    out.object().field("available", available).end();
    co_return json_answer(out.take());
}

Answer post_subscribe(const Deps& deps, const Request& request) {
    std::string jid;
    if (auto refused = read_jid(request, jid)) co_return std::move(*refused);
    const auto told = co_await deps.presence.subscribe(jid);
    if (!told) co_return told.error();
    common::json::Writer out;
    out.object().field("jid", jid).field("subscribed", true).end();
    co_return json_answer(out.take());
}

}  // namespace

void add_presence_routes(Routes& routes) {
    routes.post("/api/chats/{jid}/typing", post_typing);
    routes.post("/api/presence", post_presence);
    routes.post("/api/presence/{jid}/subscribe", post_subscribe);
}

}  // namespace bridge::api::detail
