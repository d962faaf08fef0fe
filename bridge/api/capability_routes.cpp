#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/routes.hpp"
#include "bridge/whatsapp/content/capabilities.hpp"

#include <array>

namespace bridge::api::detail {
namespace {

namespace content = whatsapp::content;
using content::ChatKind;
using content::Kind;

constexpr std::array chat_kinds{
    ChatKind::direct, ChatKind::group, ChatKind::status, ChatKind::broadcast_list, ChatKind::newsletter};

/// Which chats take a kind, and why others do not.
void write(common::json::Writer& out, Kind kind) {
    out.object().field("kind", content::name(kind)).key("chats").object();
    for (const ChatKind chat : chat_kinds) {
        out.field(content::name(chat), content::can_send(kind, chat).allowed);
    }
    out.end().key("reasons").object();
    for (const ChatKind chat : chat_kinds) {
        const auto capability = content::can_send(kind, chat);
        if (!capability) out.field(content::name(chat), capability.reason);
    }
    out.end().end();
}

Answer get_capabilities(const Deps&, const Request&) {
    common::json::Writer out;
    out.object().key("kinds").array();
    for (auto kind = static_cast<int>(Kind::text); kind < static_cast<int>(Kind::protocol); ++kind) {
        write(out, static_cast<Kind>(kind));
    }
    out.end().end();
    co_return json_answer(out.take());
}

}  // namespace

void add_capability_routes(Routes& routes) { routes.get("/api/capabilities", get_capabilities); }

}  // namespace bridge::api::detail
