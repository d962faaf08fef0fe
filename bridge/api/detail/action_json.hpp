/// What is done to a message that is there, read from JSON: the bodies of `POST /api/messages/{id}/…`.
#pragma once

#include "bridge/api/detail/fields.hpp"
#include "bridge/api/ports.hpp"

namespace bridge::api::detail {

Action read_react(Fields& body);
Action read_edit(Fields& body);
Action read_revoke(Fields& body);
Action read_pin(Fields& body);
Action read_keep(Fields& body);
Action read_vote(Fields& body);
Action read_respond(Fields& body);
Action read_forward(Fields& body);

}  // namespace bridge::api::detail
