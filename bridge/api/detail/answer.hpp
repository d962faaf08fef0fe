/// Responses of the API: JSON, refusals, and the one table from error kinds to statuses.
#pragma once

#include "common/contract/contract.hpp"
#include "common/http/message.hpp"
#include "common/result/result.hpp"

#include <string>
#include <string_view>

namespace bridge::api::detail {

using common::Result;
using common::http::Request;
using common::http::Response;

inline Response json_answer(std::string body) { return Response{200, "application/json", std::move(body)}; }

template <class T>
Result<Response> json_of(const Result<T>& value) {
    if (!value) return value.error();
    return json_answer(common::contract::to_json(*value));
}

unsigned status_of(common::Kind kind) noexcept;
/// `{"detail": …}`; 503 comes with `Retry-After`.
Response refusal(unsigned status, std::string_view detail);
/// What a failed handler answers; logs what is our own fault.
Response error_answer(const common::Error& error, const Request& request);
/// Secrets and states of the moment are nothing to keep.
Response not_cached(Response response);

}  // namespace bridge::api::detail
