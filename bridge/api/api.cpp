#include "bridge/api/api.hpp"

#include "bridge/api/detail/answer.hpp"
#include "bridge/api/detail/guard.hpp"
#include "bridge/api/detail/routes.hpp"

#include <utility>

namespace bridge::api {
namespace detail {

void Routes::add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options) {
    const Deps& deps = deps_;
    auto call = [&deps, handler](const Request& request) { return handler(deps, request); };
    router_.add(method, pattern, std::move(call), options);
    added_.push_back({std::string{method}, std::string{pattern}});
}

void Routes::stream(std::string_view pattern, StreamHandler handler) {
    const Deps& deps = deps_;
    router_.add_stream("GET", pattern, [&deps, handler](const Request& request, common::http::ResponseStream& out) {
        return handler(deps, request, out);
    });
    added_.push_back({"GET", std::string{pattern}});
}

void Routes::upload(std::string_view pattern, UploadHandler handler, std::uint64_t max_body) {
    const Deps& deps = deps_;
    auto call = [&deps, handler](const Request& request, common::http::RequestBody& body) {
        return handler(deps, request, body);
    };
    router_.add_upload("POST", pattern, std::move(call), max_body);
    added_.push_back({"POST", std::string{pattern}});
}

}  // namespace detail

Api::Api(Deps deps) : deps_{std::move(deps)} {}

void Api::add_routes(common::http::Router& router) {
    router.add_filter([this](const common::http::Request& request) {
        return detail::refuse_stranger(request, deps_.token);
    });
    router.set_error_responder(detail::error_answer);
    detail::Routes routes{router, deps_, routes_};
    detail::add_session_routes(routes);
    detail::add_send_routes(routes);
    detail::add_typed_routes(routes);
    detail::add_family_routes(routes);
    detail::add_outbox_routes(routes);
    detail::add_presence_routes(routes);
    detail::add_capability_routes(routes);
    detail::add_chat_routes(routes);
    detail::add_media_routes(routes);
    detail::add_message_routes(routes);
    detail::add_read_routes(routes);
    detail::add_event_routes(routes);
    detail::add_status_routes(routes);
    detail::add_upload_routes(routes);
}

}  // namespace bridge::api
