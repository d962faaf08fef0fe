/// IQs about people: who is on WhatsApp and with which devices, what they show of themselves, whom they let near
/// (protocol part 3, section 6).
#pragma once

#include "tests/simulator/answer.hpp"
#include "tests/simulator/media/host.hpp"
#include "tests/simulator/router.hpp"

#include <optional>

namespace simulator {

class PeopleQueries {
public:
    PeopleQueries(Registry& registry, Router& router, media::Host& media, const common::Clock& clock)
        : registry_{registry}, router_{router}, media_{media}, clock_{clock} {}

    /// Nothing for a request that is none of these.
    std::optional<Answer> answer(Account& account, Device& device, const Node& iq);

private:
    Answer usync(const Account& asker, const Node& iq);
    Node usync_user(const Account& asker, const Node& query, const Node& user);
    Node devices_of(const Account& account) const;
    std::optional<Answer> privacy(Account& account, const Device& device, const Node& iq);
    Answer give_tokens(Account& account, const Node& tokens);
    Answer block(Account& account, const Device& device, const Node& item);
    std::optional<Answer> status(Account& account, const Node& iq);
    std::optional<Answer> mex(Account& account, const Node& iq);
    Answer picture(Account& account, const Node& iq);
    Answer set_picture(Account& account, const Node& iq, Group* group);
    Answer set_timer(Account& account, const Node& setting);
    std::uint64_t now() const { return static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()); }

    Registry& registry_;
    Router& router_;
    media::Host& media_;
    const common::Clock& clock_;
};

// The same for phones, which ask nobody.

/// `issuer` lets `holder` write to it: the token is noted, and the holder's companions get it.
void give_token(Router& router, Account& issuer, Account& holder, std::uint64_t time);
/// Everybody who knows the account hears of its new about text.
void set_about(Router& router, Account& account, std::string text, std::uint64_t time);
/// An empty picture removes it.
common::Status set_profile_picture(Router& router, media::Host& media, Account& account, ByteView jpeg);

}  // namespace simulator
