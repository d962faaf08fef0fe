/// Answers to what ends in a message: ours, and the shape that clients of the Go bridges know.
#pragma once

#include "bridge/api/detail/answer.hpp"
#include "common/contract/contract.hpp"

#include <string_view>

namespace bridge::api::detail {

/// The SendResult; 503 with its id when it was kept but failed while the caller waited.
Result<Response> send_answer(const Result<common::contract::SendResult>& sent);

/// `{"success":false,"message","detail"}`. What was kept and failed afterwards has an id.
Response family_failure(unsigned status, std::string_view text, std::string_view message_id = {});
Response family_failure(const common::Error& error, const Request& request);
/// `{"success":true,"message":"Message sent to …"}` with the SendResult's fields beside it, or a failure.
Response family_answer(
    const Result<common::contract::SendResult>& sent, std::string_view recipient, const Request& request
);

}  // namespace bridge::api::detail
