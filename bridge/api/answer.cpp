#include "bridge/api/detail/answer.hpp"

#include "bridge/store/store.hpp"
#include "common/log/log.hpp"

namespace bridge::api::detail {

using common::Kind;

unsigned status_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::invalid: return 400;
        case Kind::unauthorized: return 403;
        case Kind::not_found: return 404;
        case Kind::conflict: return 409;
        case Kind::unavailable:
        case Kind::timed_out:
        case Kind::cancelled: return 503;
        case Kind::internal: return 500;
    }
    return 500;
}

Response refusal(unsigned status, std::string_view detail) {
    Response response{status, "application/json", common::contract::error_body(detail)};
    if (status == 503) response.headers.set("Retry-After", "5");
    return response;
}

Response error_answer(const common::Error& error, const Request& request) {
    if (error == common::Errc::too_large) return refusal(413, error.text());
    if (error == store::Errc::bad_cursor) return refusal(422, "cursor: is not one of ours");
    if (error == store::Errc::bad_query) return refusal(422, "query: is too long");
    const unsigned status = status_of(error.kind());
    if (status == 500) {
        common::log::error("request failed", {{"method", request.method}, {"error", error.message()}});
        return refusal(status, "The bridge could not answer this request.");
    }
    return refusal(status, error.text());
}

Response not_cached(Response response) {
    response.headers.set("Cache-Control", "no-store");
    return response;
}

}  // namespace bridge::api::detail
