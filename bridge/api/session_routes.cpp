#include "bridge/api/detail/accept.hpp"
#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/params.hpp"
#include "bridge/api/detail/routes.hpp"
#include "bridge/api/detail/session_json.hpp"
#include "bridge/api/qr_image.hpp"

#include <utility>

namespace bridge::api::detail {
namespace {

using whatsapp::events::LinkState;

Response session_answer(const Deps& deps) { return not_cached(json_answer(session_json(deps.session.info()))); }

Answer get_session(const Deps& deps, const Request&) { co_return session_answer(deps); }

std::string why_no_code(const SessionInfo& info) {
    switch (info.state) {
        case LinkState::online:
        case LinkState::connecting:
        case LinkState::offline: return "This bridge is linked: there is no code to scan.";
        case LinkState::unlinked:
        case LinkState::linking: return "No code yet: WhatsApp has not sent one. Try again shortly.";
        case LinkState::logged_out:
        case LinkState::refused: break;
    }
    std::string why = info.reason.empty() ? "There is no code at the moment." : info.reason;
    if (!info.advice.empty()) why += " " + info.advice;
    return why;
}

Result<Response> drawn(const QrCode& qr, std::string_view type) {
    if (type == "application/json") return json_answer(code_json(qr.code, qr.expires_at));
    if (type == "text/plain") return Response{200, "text/plain; charset=utf-8", qr.code};
    auto image = type == "image/png" ? qr_as_png(qr.code) : qr_as_svg(qr.code);
    if (!image) return image.error();
    return Response{200, std::string{type}, std::move(*image)};
}

Answer get_qr(const Deps& deps, const Request& request) {
    const auto qr = deps.session.qr();
    if (!qr) co_return not_cached(refusal(404, why_no_code(deps.session.info())));
    const auto accept = request.headers.find("Accept").value_or("");
    const auto type = preferred_type(accept, {"text/plain", "image/png", "image/svg+xml", "application/json"});
    if (type.empty()) {
        co_return refusal(406, "The code comes as text/plain, image/png, image/svg+xml or application/json.");
    }
    auto response = drawn(*qr, type);
    if (!response) co_return response.error();
    response->headers.set("Vary", "Accept");
    co_return not_cached(std::move(*response));
}

Answer post_pair_code(const Deps& deps, const Request& request) {
    BodyReader body{request};
    std::string phone = body.text("phone");
    if (body.problem()) co_return *body.problem();
    if (phone.empty()) co_return refusal(422, "phone: the number of the phone to link is needed");
    const auto code = co_await deps.session.pair_code(std::move(phone));
    if (!code) co_return code.error();
    co_return not_cached(json_answer(code_json(code->code, code->expires_at)));
}

Answer get_passkey(const Deps& deps, const Request&) {
    const auto challenge = deps.session.passkey();
    if (!challenge) co_return refusal(404, "WhatsApp has not asked for a passkey.");
    co_return not_cached(json_answer(passkey_json(*challenge)));
}

Answer post_passkey(const Deps& deps, const Request& request) {
    const BodyReader body{request};
    if (body.problem()) co_return *body.problem();
    const auto done = co_await deps.session.passkey_assertion(request.body);
    if (!done) co_return done.error();
    co_return session_answer(deps);
}

Answer post_passkey_confirm(const Deps& deps, const Request&) {
    const auto done = co_await deps.session.passkey_confirm();
    if (!done) co_return done.error();
    co_return session_answer(deps);
}

Answer post_reconnect(const Deps& deps, const Request&) {
    const auto done = co_await deps.session.reconnect();
    if (!done) co_return done.error();
    co_return session_answer(deps);
}

Answer post_logout(const Deps& deps, const Request&) {
    const auto done = co_await deps.session.logout();
    if (!done) co_return done.error();
    co_return session_answer(deps);
}

}  // namespace

void add_session_routes(Routes& routes) {
    routes.get("/api/session", get_session);
    routes.get("/api/session/qr", get_qr);
    routes.post("/api/session/pair-code", post_pair_code);
    routes.get("/api/session/passkey", get_passkey);
    routes.post("/api/session/passkey", post_passkey);
    routes.post("/api/session/passkey/confirm", post_passkey_confirm);
    routes.post("/api/session/reconnect", post_reconnect);
    routes.post("/api/session/logout", post_logout);
}

}  // namespace bridge::api::detail
