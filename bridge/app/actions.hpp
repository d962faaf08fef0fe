/// What an action on a message says on the wire.
#pragma once

#include "bridge/api/ports.hpp"
#include "bridge/whatsapp/content/content.hpp"
#include "common/clock/clock.hpp"
#include "common/result/result.hpp"

namespace bridge::app {

/// The message that an action is about.
struct ActionTarget {
    whatsapp::content::MessageRef ref;
    common::Bytes message;  ///< wa.e2e.Message
    bool own{false};        ///< written by this account
};

enum class ActionErrc { not_yours = 1, not_a_text, not_a_poll, no_such_option, too_many_options, not_an_event };
common::ErrcInfo describe(ActionErrc code) noexcept;

/// Votes and answers come with their plaintext still to be sealed (`whatsapp/client/composing.hpp`). `invalid` when the
/// message is not of the right kind.
common::Result<whatsapp::content::Content> content_of(
    const api::Action& action, const ActionTarget& target, const common::Clock& clock
);

}  // namespace bridge::app
