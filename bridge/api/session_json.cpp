#include "bridge/api/detail/session_json.hpp"

namespace bridge::api::detail {
namespace {

std::optional<std::string> known(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>{text};
}

std::optional<std::string> time_text(const std::optional<UnixTime>& time) {
    if (!time) return std::nullopt;
    return common::to_rfc3339(*time);
}

}  // namespace

std::string session_json(const SessionInfo& info) {
    common::json::Writer out;
    out.object();
    out.field("state", whatsapp::events::name(info.state));
    out.field("jid", known(info.jid)).field("lid", known(info.lid));
    out.field("push_name", known(info.push_name)).field("platform", known(info.platform));
    out.field("connected_since", time_text(info.connected_since));
    out.field("last_seen_alive", time_text(info.last_seen_alive));
    out.field("client_version", known(info.client_version));
    out.field("reason", known(info.reason)).field("advice", known(info.advice));
    out.field("reconnect_attempts", info.reconnect_attempts).field("conflict", info.conflict);
    out.end();
    return out.take();
}

std::string passkey_json(const PasskeyChallenge& challenge) {
    common::json::Writer out;
    out.object();
    out.key("options").raw(challenge.options_json);
    out.field("confirmation", known(challenge.confirmation));
    out.field("expires_at", common::to_rfc3339(challenge.expires_at));
    out.end();
    return out.take();
}

std::string code_json(std::string_view code, UnixTime expires_at) {
    common::json::Writer out;
    out.object().field("code", code).field("expires_at", common::to_rfc3339(expires_at)).end();
    return out.take();
}

}  // namespace bridge::api::detail
