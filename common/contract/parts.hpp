/// What a message may hold besides its text: file, quote, reactions, poll, answers. JSON as in contract.hpp.
#pragma once

#include "common/clock/clock.hpp"
#include "common/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace common::contract {

/// The file of a message; its kind is the message's.
struct Media {
    std::string mime_type;
    std::optional<std::string> file_name;  ///< as the sender calls it: never a path
    std::int64_t size{0};                  ///< bytes; the sender's word until the file is there
    std::optional<std::string> caption;
    std::optional<std::int64_t> width;   ///< pixels
    std::optional<std::int64_t> height;  ///< pixels
    std::optional<std::int64_t> seconds;
    std::optional<std::int64_t> pages;
    std::vector<std::uint8_t> waveform;  ///< of voice notes: 64 values of 0 to 100
    bool animated{false};
    bool has_thumbnail{false};
    std::string state{
        "remote"};  ///< remote, downloading, downloaded, failed (try again), gone (nobody has it any more)

    friend bool operator==(const Media&, const Media&) = default;
};

/// The message that a message answers, as far as it is known.
struct Quote {
    std::string id;
    std::optional<std::string> sender;  ///< JID
    std::optional<std::string> sender_name;
    std::optional<std::string> content;

    friend bool operator==(const Quote&, const Quote&) = default;
};

struct Reaction {
    std::string emoji;
    std::string sender;  ///< JID
    std::optional<std::string> sender_name;
    bool is_from_me{false};
    UnixTime time{};

    friend bool operator==(const Reaction&, const Reaction&) = default;
};

/// Somebody who voted or answered.
struct Voter {
    std::string jid;
    std::optional<std::string> name;

    friend bool operator==(const Voter&, const Voter&) = default;
};

struct PollOption {
    std::string name;
    std::int64_t votes{0};
    bool is_mine{false};        ///< chosen by the own account
    std::vector<Voter> voters;  ///< where the whole poll was asked for

    friend bool operator==(const PollOption&, const PollOption&) = default;
};

/// A poll and how it stands: the latest vote of each voter counts.
struct Poll {
    std::string name;
    std::vector<PollOption> options;
    std::int64_t selectable{0};  ///< how many a voter may choose; 0 any number
    std::int64_t voters{0};      ///< with a vote for at least one option
    bool is_quiz{false};
    std::optional<std::int64_t> correct;  ///< of a quiz: index of the right option
    std::optional<UnixTime> ends_at;

    friend bool operator==(const Poll&, const Poll&) = default;
};

/// Who comes to an event.
struct EventAnswers {
    std::int64_t going{0};
    std::int64_t not_going{0};
    std::int64_t maybe{0};
    std::int64_t extra_guests{0};     ///< of those who are going
    std::optional<std::string> mine;  ///< going, not_going or maybe

    friend bool operator==(const EventAnswers&, const EventAnswers&) = default;
};

/// One answer to an event.
struct EventAnswer {
    std::string sender;  ///< JID
    std::optional<std::string> sender_name;
    std::string answer;  ///< going, not_going or maybe
    std::int64_t extra_guests{0};
    bool is_from_me{false};
    UnixTime time{};

    friend bool operator==(const EventAnswer&, const EventAnswer&) = default;
};

/// What an edited message said, and from when on.
struct Version {
    std::string content;
    UnixTime time{};

    friend bool operator==(const Version&, const Version&) = default;
};

void write(json::Writer& out, const Media& media);
void write(json::Writer& out, const Quote& quote);
void write(json::Writer& out, const Reaction& reaction);
void write(json::Writer& out, const Poll& poll);
void write(json::Writer& out, const EventAnswers& answers);
void write(json::Writer& out, const EventAnswer& answer);
void write(json::Writer& out, const Version& version);

}  // namespace common::contract
