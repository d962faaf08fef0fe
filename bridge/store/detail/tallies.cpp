// Reactions, votes and answers: of each person the latest counts, whichever of their numbers they stand under.
#include "bridge/store/detail/parts.hpp"

#include <algorithm>
#include <map>

namespace bridge::store::detail {

using common::Result;
using common::sqlite::Database;
using common::sqlite::Statement;

namespace {

constexpr std::size_t hash_size = 32;

// Columns 0 to 4 of every statement here, in rising order of time.
#define PEOPLE_COLUMNS "SELECT p.id, coalesce(p.jid, p.lid, ''), p.name, r.time_ms, r.from_me, "
#define PEOPLE_OF(table)                                                                        \
    " FROM " table                                                                              \
    " AS r LEFT JOIN person_alias AS a ON a.former = r.sender LEFT JOIN person AS p ON p.id = " \
    "coalesce(a.person, r.sender) WHERE r.message = ? ORDER BY r.time_ms, r.sender"

struct Who {
    std::string jid;
    std::optional<std::string> name;
    UnixTime time{};
    bool from_me{false};
};

Who who_of(const Statement& row) {
    Who who;
    who.jid = row.string(1);
    if (!row.text(2).empty()) who.name = row.string(2);
    who.time = UnixTime{std::chrono::seconds{row.integer(3) / 1000}};
    who.from_me = row.integer(4) != 0;
    return who;
}

/// `take(row)` for each row of the statement over message `pk`.
template <class Take>
common::Status for_each(Database& database, std::string_view sql, std::int64_t pk, Take take) {
    const auto rows = database.prepare(sql);
    rows->bind(1, pk);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        take(*rows);
    }
}

/// The values in their order, the latest of each person only.
template <class T>
class Latest {
public:
    void put(std::int64_t person, T value) {
        const auto [place, is_new] = places_.emplace(person, values_.size());
        if (!is_new) {
            values_[place->second].reset();
            place->second = values_.size();
        }
        values_.emplace_back(std::move(value));
    }
    std::vector<T> take() {
        std::vector<T> out;
        for (std::optional<T>& value : values_) {
            if (value) out.push_back(std::move(*value));
        }
        return out;
    }

private:
    std::map<std::int64_t, std::size_t> places_;
    std::vector<std::optional<T>> values_;
};

struct Ballot {
    Who who;
    common::Bytes choices;
};

using Hashes = std::vector<common::Bytes>;

/// Which options the ballot names, each once; what is no option of the poll is left out.
std::vector<std::size_t> chosen_by(const Ballot& ballot, const Hashes& hashes) {
    std::vector<std::size_t> chosen;
    for (std::size_t at = 0; at + hash_size <= ballot.choices.size(); at += hash_size) {
        const auto first = ballot.choices.begin() + static_cast<std::ptrdiff_t>(at);
        const auto same = [first](const common::Bytes& hash) {
            return hash.size() == hash_size && std::equal(hash.begin(), hash.end(), first);
        };
        const auto option = static_cast<std::size_t>(std::find_if(hashes.begin(), hashes.end(), same) - hashes.begin());
        const bool is_new = std::find(chosen.begin(), chosen.end(), option) == chosen.end();
        if (option < hashes.size() && is_new) chosen.push_back(option);
    }
    return chosen;
}

void count(const Ballot& ballot, const Hashes& hashes, bool with_voters, contract::Poll& poll) {
    const auto chosen = chosen_by(ballot, hashes);
    // Clients let no more options through than the poll allows: such a vote counts for nothing.
    const bool too_many = poll.selectable != 0 && chosen.size() > static_cast<std::size_t>(poll.selectable);
    if (chosen.empty() || too_many) return;
    ++poll.voters;
    for (const std::size_t at : chosen) {
        contract::PollOption& option = poll.options[at];
        ++option.votes;
        option.is_mine = option.is_mine || ballot.who.from_me;
        if (with_voters) option.voters.push_back({ballot.who.jid, ballot.who.name});
    }
}

}  // namespace

Result<std::vector<contract::Reaction>> read_reactions(Database& database, std::int64_t pk) {
    Latest<contract::Reaction> latest;
    const auto take = [&latest](const Statement& row) {
        Who who = who_of(row);
        latest.put(row.integer(0), {row.string(5), std::move(who.jid), std::move(who.name), who.from_me, who.time});
    };
    auto done = for_each(database, PEOPLE_COLUMNS "r.emoji" PEOPLE_OF("reaction"), pk, take);
    if (!done) return done.error().within("read reactions");
    auto reactions = latest.take();
    std::erase_if(reactions, [](const contract::Reaction& one) { return one.emoji.empty(); });
    return reactions;
}

Result<std::vector<contract::EventAnswer>> read_answers(Database& database, std::int64_t pk) {
    Latest<contract::EventAnswer> latest;
    const auto take = [&latest](const Statement& row) {
        Who who = who_of(row);
        contract::EventAnswer answer;
        answer.sender = std::move(who.jid);
        answer.sender_name = std::move(who.name);
        answer.answer = row.string(5);
        answer.extra_guests = row.integer(6);
        answer.is_from_me = who.from_me;
        answer.time = who.time;
        latest.put(row.integer(0), std::move(answer));
    };
    auto done = for_each(database, PEOPLE_COLUMNS "r.answer, r.guests" PEOPLE_OF("answer"), pk, take);
    if (!done) return done.error().within("read answers");
    return latest.take();
}

Result<contract::Poll> read_poll(Database& database, std::int64_t pk, bool with_voters) {
    contract::Poll poll;
    {
        const auto row = database.prepare("SELECT name, selectable, quiz, correct, ends FROM poll WHERE message = ?");
        row->bind(1, pk);
        const auto found = row->step();
        if (!found) return found.error();
        if (!*found) return poll;
        poll.name = row->string(0);
        poll.selectable = row->integer(1);
        poll.is_quiz = row->integer(2) != 0;
        if (!row->is_null(3)) poll.correct = row->integer(3);
        if (!row->is_null(4)) poll.ends_at = UnixTime{std::chrono::seconds{row->integer(4)}};
    }
    Hashes hashes;
    const auto take_option = [&](const Statement& row) {
        poll.options.push_back({row.string(0), 0, false, {}});
        hashes.push_back(row.bytes(1));
    };
    auto done =
        for_each(database, "SELECT name, hash FROM poll_option WHERE message = ? ORDER BY position", pk, take_option);
    if (!done) return done.error().within("read poll options");
    Latest<Ballot> latest;
    const auto take_vote = [&latest](const Statement& row) { latest.put(row.integer(0), {who_of(row), row.bytes(5)}); };
    done = for_each(database, PEOPLE_COLUMNS "r.choices" PEOPLE_OF("vote"), pk, take_vote);
    if (!done) return done.error().within("read votes");
    for (const Ballot& ballot : latest.take()) count(ballot, hashes, with_voters, poll);
    return poll;
}

#undef PEOPLE_COLUMNS
#undef PEOPLE_OF

}  // namespace bridge::store::detail
