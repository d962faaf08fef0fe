/// Who has which devices, and sessions with them: usync and pre-key fetches, cached in storage (protocol part 2,
/// sections 2 and 3).
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/messages/fanout.hpp"

#include <unordered_map>

namespace bridge::whatsapp::client {

class Directory {
public:
    explicit Directory(Core& core) : core_{core} {}

    /// Devices and addresses for a 1:1 message to `chat` (bare PN or LID). Asks the server for what is not cached.
    /// `not_on_whatsapp` when the number has no account.
    asio::awaitable<Result<messages::Audience>> audience(Jid chat);
    /// Devices of several users at once, in the address form asked; who has none is left out. Hosted ones too.
    asio::awaitable<Result<std::vector<Jid>>> devices_of_all(std::vector<Jid> users);
    /// Makes sure that every device has a session; devices that cannot get one are left out by the sealing.
    asio::awaitable<Status> ensure_sessions(std::vector<Jid> devices);
    /// Is the number registered? Learns the mapping. Cached for people already known.
    asio::awaitable<Status> check_registered(Jid chat);

    void forget(const Jid& user);
    void forget_all() { lists_.clear(); }

private:
    asio::awaitable<Result<std::vector<std::uint16_t>>> devices_of(Jid user);
    asio::awaitable<Status> query(std::vector<Jid> users);

    Core& core_;
    std::unordered_map<Jid, std::vector<std::uint16_t>> lists_;  ///< by bare JID, as asked
};

}  // namespace bridge::whatsapp::client
