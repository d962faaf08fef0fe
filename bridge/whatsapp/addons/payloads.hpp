/// What sealed add-ons say once they are open, and how votes add up.
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "common/bytes/bytes.hpp"
#include "common/clock/clock.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::whatsapp::addons {

/// A poll option as votes name it: SHA-256 of its text.
using OptionHash = common::ByteArray<32>;
OptionHash option_hash(std::string_view option);

/// The plaintext of a vote for these options; none takes the vote back.
common::Bytes make_vote(std::span<const std::string> options);
/// The hashes in a vote, each once. `malformed` when it does not parse or a hash has another size.
common::Result<std::vector<OptionHash>> parse_vote(common::ByteView plain);

/// One voter's vote.
struct Vote {
    Jid voter;                  ///< the account; the same person under the same address
    common::UnixMillis time{};  ///< the sender's timestamp
    std::vector<OptionHash> selected;
};

/// How a poll stands.
struct Tally {
    struct Option {
        std::string name;
        std::vector<Jid> voters;  ///< sorted
        std::size_t count() const noexcept { return voters.size(); }
    };
    std::vector<Option> options;  ///< as the poll lists them
    std::size_t voters{0};        ///< with a vote for at least one of the options
    std::size_t unknown{0};       ///< votes for something that is no option of the poll
};
/// The latest vote of each voter counts (of equal times the later in `votes`). Votes for more options than the poll
/// allows count for nothing.
Tally tally(const content::Poll& poll, std::span<const Vote> votes);

enum class Answer { unknown = 0, going = 1, not_going = 2, maybe = 3 };
/// Somebody's answer to an event.
struct EventAnswer {
    Answer answer{Answer::unknown};
    common::UnixMillis time{};
    std::int32_t extra_guests{0};
    friend bool operator==(const EventAnswer&, const EventAnswer&) = default;
};
common::Bytes make_answer(const EventAnswer& answer);
common::Result<EventAnswer> parse_answer(common::ByteView plain);

/// A reaction inside `encReactionMessage`; its target is outside.
struct OpenReaction {
    std::string emoji;  ///< empty takes the reaction back
    common::UnixMillis time{};
    friend bool operator==(const OpenReaction&, const OpenReaction&) = default;
};
common::Bytes make_reaction(const OpenReaction& reaction);
common::Result<OpenReaction> parse_reaction(common::ByteView plain);

}  // namespace bridge::whatsapp::addons
