#include "bridge/whatsapp/addons/payloads.hpp"

#include "bridge/whatsapp/addons/addons.hpp"
#include "common/bytes/utf8.hpp"
#include "common/crypto/crypto.hpp"
#include "proto/e2e.pb.h"

#include <algorithm>
#include <map>

namespace bridge::whatsapp::addons {

using common::Bytes;
using common::ByteView;
using common::Result;

namespace {

constexpr std::size_t max_payload = 1U << 20;
constexpr int max_selected = 256;
constexpr std::int64_t end_of_9999 = 253'402'300'799'999;

template <class M>
bool parse(ByteView plain, M& out) {
    return plain.size() <= max_payload && out.ParseFromArray(plain.data(), static_cast<int>(plain.size()));
}

Bytes serialised(const google::protobuf::MessageLite& message) { return common::to_bytes(message.SerializeAsString()); }

common::UnixMillis time_of(std::int64_t milliseconds) {
    const bool fits = milliseconds >= 0 && milliseconds <= end_of_9999;
    return common::UnixMillis{std::chrono::milliseconds{fits ? milliseconds : 0}};
}

}  // namespace

OptionHash option_hash(std::string_view option) { return common::crypto::sha256(common::as_bytes(option)); }

Bytes make_vote(std::span<const std::string> options) {
    wa::e2e::PollVoteMessage message;
    for (const std::string& option : options) message.add_selected_options(common::to_string(option_hash(option)));
    return serialised(message);
}

Result<std::vector<OptionHash>> parse_vote(ByteView plain) {
    wa::e2e::PollVoteMessage message;
    if (!parse(plain, message) || message.selected_options_size() > max_selected) return Errc::malformed;
    std::vector<OptionHash> out;
    for (const std::string& selected : message.selected_options()) {
        const auto hash = common::to_array<32>(common::as_bytes(selected));
        if (!hash) return Errc::malformed;
        if (std::find(out.begin(), out.end(), *hash) == out.end()) out.push_back(*hash);
    }
    return out;
}

Tally tally(const content::Poll& poll, std::span<const Vote> votes) {
    Tally out;
    std::map<OptionHash, std::size_t> index;
    for (const std::string& option : poll.options) {
        index.emplace(option_hash(option), out.options.size());
        out.options.push_back({option, {}});
    }
    std::map<Jid, const Vote*> latest;
    for (const Vote& vote : votes) {
        const Vote*& kept = latest[vote.voter.bare()];
        if (!kept || vote.time >= kept->time) kept = &vote;
    }
    for (const auto& [voter, vote] : latest) {
        std::vector<std::size_t> chosen;
        for (const OptionHash& hash : vote->selected) {
            const auto option = index.find(hash);
            if (option == index.end()) {
                ++out.unknown;
            } else if (std::find(chosen.begin(), chosen.end(), option->second) == chosen.end()) {
                chosen.push_back(option->second);
            }
        }
        if (poll.selectable != 0 && chosen.size() > poll.selectable) continue;
        for (const std::size_t option : chosen) out.options[option].voters.push_back(voter);
        if (!chosen.empty()) ++out.voters;
    }
    return out;
}

Bytes make_answer(const EventAnswer& answer) {
    wa::e2e::EventResponseMessage message;
    message.set_response(static_cast<wa::e2e::EventResponseMessage::EventResponseType>(answer.answer));
    message.set_timestamp_ms(answer.time.time_since_epoch().count());
    if (answer.extra_guests != 0) message.set_extra_guest_count(answer.extra_guests);
    return serialised(message);
}

Result<EventAnswer> parse_answer(ByteView plain) {
    wa::e2e::EventResponseMessage message;
    if (!parse(plain, message)) return Errc::malformed;
    EventAnswer answer;
    answer.answer = static_cast<Answer>(message.response());
    answer.time = time_of(message.timestamp_ms());
    answer.extra_guests = std::max(message.extra_guest_count(), 0);
    return answer;
}

Bytes make_reaction(const OpenReaction& reaction) {
    wa::e2e::ReactionMessage message;
    message.set_text(reaction.emoji);
    message.set_sender_timestamp_ms(reaction.time.time_since_epoch().count());
    return serialised(message);
}

Result<OpenReaction> parse_reaction(ByteView plain) {
    wa::e2e::ReactionMessage message;
    if (!parse(plain, message) || !common::is_utf8(message.text())) return Errc::malformed;
    OpenReaction reaction;
    reaction.emoji = message.text();
    reaction.time = time_of(message.sender_timestamp_ms());
    return reaction;
}

}  // namespace bridge::whatsapp::addons
