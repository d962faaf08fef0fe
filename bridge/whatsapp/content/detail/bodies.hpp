/// Bodies from and to a message without wrappers, family by family. Reading gives nothing when the message holds none
/// of the family; writing sets the one field and leaves contexts to the caller.
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "proto/e2e.pb.h"

#include <optional>

namespace bridge::whatsapp::content::detail {

/// Texts, places, people.
std::optional<Body> read_plain(const wa::e2e::Message& message);
common::Status put(wa::e2e::Message& message, const Text& text);
common::Status put(wa::e2e::Message& message, const Location& location);
common::Status put(wa::e2e::Message& message, const ContactCards& cards);
Location read_location(const wa::e2e::LocationMessage& message);
common::Status put(wa::e2e::LocationMessage& message, const Location& location);

/// Polls and events with what answers them.
std::optional<Body> read_gathering(const wa::e2e::Message& message);
common::Status put(wa::e2e::Message& message, const Poll& poll);
common::Status put(wa::e2e::Message& message, const PollVote& vote);
common::Status put(wa::e2e::Message& message, const PollOptionAdded& added);
common::Status put(wa::e2e::Message& message, const Event& event);
common::Status put(wa::e2e::Message& message, const EventResponse& response);

/// What acts on another message or on the chat.
std::optional<Body> read_change(const wa::e2e::Message& message);
common::Status put(wa::e2e::Message& message, const Reaction& reaction);
common::Status put(wa::e2e::Message& message, const EncryptedReaction& reaction);
common::Status put(wa::e2e::Message& message, const Comment& comment);
common::Status put(wa::e2e::Message& message, const EncryptedComment& comment);
common::Status put(wa::e2e::Message& message, const Edit& edit);
common::Status put(wa::e2e::Message& message, const EncryptedEdit& edit);
common::Status put(wa::e2e::Message& message, const Revoke& revoke);
common::Status put(wa::e2e::Message& message, const Pin& pin);
common::Status put(wa::e2e::Message& message, const Keep& keep);
common::Status put(wa::e2e::Message& message, const DisappearingTimer& timer);
common::Status put(wa::e2e::Message& message, const MemberLabel& label);
common::Status put(wa::e2e::Message& message, const Protocol& protocol);

/// Choices and their answers.
std::optional<Body> read_choices(const wa::e2e::Message& message);
common::Status put(wa::e2e::Message& message, const ChoiceReply& reply);

/// Invitations, commerce, calls.
std::optional<Body> read_business(const wa::e2e::Message& message);
common::Status put(wa::e2e::Message& message, const GroupInvite& invite);

}  // namespace bridge::whatsapp::content::detail
