#include "bridge/whatsapp/content/detail/bodies.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/sealed.hpp"

#include <algorithm>
#include <set>

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::EventMessage;
using wa::e2e::Message;
using wa::e2e::PollCreationMessage;

constexpr std::size_t min_options = 2;
constexpr std::size_t max_options = 12;
constexpr std::size_t max_name = 255;  // characters
constexpr int max_read_options = 64;

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

const PollCreationMessage* poll_of(const Message& message) {
    if (message.has_poll_creation_message()) return &message.poll_creation_message();
    if (message.has_poll_creation_message_v2()) return &message.poll_creation_message_v2();
    if (message.has_poll_creation_message_v3()) return &message.poll_creation_message_v3();
    if (message.has_poll_creation_message_v5()) return &message.poll_creation_message_v5();
    if (message.has_poll_creation_message_v6()) return &message.poll_creation_message_v6();
    return nullptr;
}

Poll read_poll(const PollCreationMessage& message) {
    Poll poll;
    poll.name = text(message.name());
    for (int i = 0; i < std::min(message.options_size(), max_read_options); ++i)
        poll.options.push_back(text(message.options(i).option_name()));
    poll.selectable = message.selectable_options_count();
    poll.quiz = message.poll_type() == wa::e2e::QUIZ;
    if (message.has_correct_answer()) {
        const auto correct =
            std::find(poll.options.begin(), poll.options.end(), text(message.correct_answer().option_name()));
        if (correct != poll.options.end()) poll.correct = static_cast<std::size_t>(correct - poll.options.begin());
    }
    poll.ends = time(message.end_time());
    poll.hides_voters = message.hide_participant_name();
    poll.open_options = message.allow_add_option();
    return poll;
}

/// Which of the fields this poll belongs in (protocol part 2, section 7.7).
PollCreationMessage& field_for(Message& message, const Poll& poll) {
    if (poll.ends != common::UnixTime{} || poll.open_options) return *message.mutable_poll_creation_message_v6();
    if (poll.quiz) return *message.mutable_poll_creation_message_v5();
    if (poll.announcement) return *message.mutable_poll_creation_message_v2();
    if (poll.selectable == 1) return *message.mutable_poll_creation_message_v3();
    return *message.mutable_poll_creation_message();
}

common::Status check(const Poll& poll) {
    if (poll.name.empty() || characters(poll.name) > max_name) return Errc::bad_poll;
    if (poll.options.size() < min_options || poll.options.size() > max_options) return Errc::bad_poll;
    // A vote names an option by its hash: two of the same could not be told apart.
    if (std::set<std::string>{poll.options.begin(), poll.options.end()}.size() != poll.options.size())
        return Errc::bad_poll;
    if (std::any_of(poll.options.begin(), poll.options.end(), [](const auto& o) { return o.empty(); }))
        return Errc::bad_poll;
    if (poll.selectable > poll.options.size()) return Errc::bad_poll;
    if (poll.quiz != poll.correct.has_value()) return Errc::bad_poll;
    if (poll.correct && *poll.correct >= poll.options.size()) return Errc::bad_poll;
    return {};
}

Event read_event(const EventMessage& message) {
    Event event;
    event.name = text(message.name());
    event.description = text(message.description());
    if (message.has_location()) event.location = read_location(message.location());
    event.join_link = text(message.join_link());
    event.starts = time(message.start_time());
    event.ends = time(message.end_time());
    event.cancelled = message.is_canceled();
    event.extra_guests_allowed = message.extra_guests_allowed();
    event.is_call = message.is_schedule_call();
    if (message.has_reminder()) event.reminder = std::chrono::seconds{message.reminder_offset_sec()};
    return event;
}

}  // namespace

std::optional<Body> read_gathering(const Message& message) {
    if (const PollCreationMessage* poll = poll_of(message)) {
        Poll out = read_poll(*poll);
        out.announcement = message.has_poll_creation_message_v2();
        return out;
    }
    if (message.has_poll_update_message()) {
        const auto& update = message.poll_update_message();
        return PollVote{
            ref(update.poll_creation_message_key()),
            read_sealed(update.vote()),
            time_ms(update.sender_timestamp_ms()),
        };
    }
    if (message.has_poll_add_option_message()) {
        const auto& added = message.poll_add_option_message();
        return PollOptionAdded{ref(added.poll_creation_message_key()), text(added.add_option().option_name())};
    }
    if (message.has_poll_result_snapshot_message()) {
        const auto& snapshot = message.poll_result_snapshot_message();
        PollResult result;
        result.name = text(snapshot.name());
        for (int i = 0; i < std::min(snapshot.poll_votes_size(), max_read_options); ++i) {
            const auto& votes = snapshot.poll_votes(i);
            result.counts.push_back({text(votes.option_name()), votes.option_vote_count()});
        }
        return result;
    }
    if (message.has_event_message()) return read_event(message.event_message());
    if (message.has_enc_event_response_message()) {
        const auto& response = message.enc_event_response_message();
        return EventResponse{ref(response.event_creation_message_key()), read_sealed(response)};
    }
    return std::nullopt;
}

common::Status put(Message& message, const Poll& poll) {
    if (auto checked = check(poll); !checked) return checked;
    using M = PollCreationMessage;
    auto& out = field_for(message, poll);
    out.set_name(poll.name);
    for (const std::string& option : poll.options) out.add_options()->set_option_name(option);
    out.set_selectable_options_count(poll.selectable);
    if (poll.quiz) {
        out.set_poll_type(wa::e2e::QUIZ);
        out.mutable_correct_answer()->set_option_name(poll.options[*poll.correct]);
    }
    put(out, &M::set_end_time, unix_seconds(poll.ends));
    put(out, &M::set_hide_participant_name, poll.hides_voters);
    put(out, &M::set_allow_add_option, poll.open_options);
    return {};
}

common::Status put(Message& message, const PollVote& vote) {
    if (vote.poll.empty()) return Errc::no_target;
    auto& update = *message.mutable_poll_update_message();
    put(*update.mutable_poll_creation_message_key(), vote.poll);
    update.set_sender_timestamp_ms(unix_ms(vote.time));
    return put_sealed(*update.mutable_vote(), vote.vote);
}

common::Status put(Message& message, const PollOptionAdded& added) {
    if (added.poll.empty()) return Errc::no_target;
    if (added.option.empty()) return Errc::no_text;
    auto& out = *message.mutable_poll_add_option_message();
    put(*out.mutable_poll_creation_message_key(), added.poll);
    out.mutable_add_option()->set_option_name(added.option);
    return {};
}

common::Status put(Message& message, const Event& event) {
    if (event.name.empty() || event.starts == common::UnixTime{}) return Errc::bad_event;
    if (event.ends != common::UnixTime{} && event.ends < event.starts) return Errc::bad_event;
    using M = EventMessage;
    auto& out = *message.mutable_event_message();
    out.set_name(event.name);
    put(out, &M::mutable_description, event.description);
    if (event.location) {
        if (auto placed = put(*out.mutable_location(), *event.location); !placed) return placed;
    }
    put(out, &M::mutable_join_link, event.join_link);
    out.set_start_time(unix_seconds(event.starts));
    put(out, &M::set_end_time, unix_seconds(event.ends));
    out.set_is_canceled(event.cancelled);
    put(out, &M::set_extra_guests_allowed, event.extra_guests_allowed);
    put(out, &M::set_is_schedule_call, event.is_call);
    if (event.reminder) {
        out.set_has_reminder(true);
        out.set_reminder_offset_sec(event.reminder->count());
    }
    return {};
}

common::Status put(Message& message, const EventResponse& response) {
    if (response.event.empty()) return Errc::no_target;
    auto& out = *message.mutable_enc_event_response_message();
    put(*out.mutable_event_creation_message_key(), response.event);
    return put_sealed(out, response.response);
}

}  // namespace bridge::whatsapp::content::detail
