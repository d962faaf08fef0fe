/// Addresses: users (phone number or LID), devices, groups, servers. Values only; mapping PN to LID is `storage`'s.
#pragma once

#include "common/result/result.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace bridge::whatsapp {

enum class JidErrc { malformed = 1 };
common::ErrcInfo describe(JidErrc code) noexcept;

namespace server {
inline constexpr std::string_view user = "s.whatsapp.net";
inline constexpr std::string_view lid = "lid";
inline constexpr std::string_view group = "g.us";
inline constexpr std::string_view broadcast = "broadcast";
inline constexpr std::string_view newsletter = "newsletter";
inline constexpr std::string_view hosted = "hosted";
inline constexpr std::string_view hosted_lid = "hosted.lid";
inline constexpr std::string_view bot = "bot";
inline constexpr std::string_view messenger = "msgr";
inline constexpr std::string_view interop = "interop";
inline constexpr std::string_view legacy_user = "c.us";
}  // namespace server

/// Address of a user, device or group: `[user[:device]@]server` (docs/protocol/jid.md).
struct Jid {
    std::string user;             ///< digits of a phone number or LID, or a group id; empty for a bare server
    std::string server;           ///< "s.whatsapp.net", "lid", "g.us", "broadcast", "newsletter" ...
    std::uint16_t device{0};      ///< 0 is the phone, 1 and up are companions
    std::uint16_t integrator{0};  ///< interop only
    std::uint8_t agent{0};        ///< legacy AD text form only

    Jid() = default;
    Jid(std::string_view u, std::string_view s, std::uint16_t d = 0) : user{u}, server{s}, device{d} {}

    /// Text of any form of protocol part 1, section 4; never throws; does not rewrite `c.us`.
    static common::Result<Jid> parse(std::string_view text);
    /// Whom a person or program may want to write to: a JID with a user part (`c.us` becomes `s.whatsapp.net`), or a
    /// bare phone number with `+`, spaces, dashes, dots and parentheses (7 to 15 digits).
    static common::Result<Jid> parse_recipient(std::string_view text);
    static Jid whatsapp_server() { return {"", server::user}; }

    std::string to_string() const;
    /// `user.agent:device@server`, always with agent and device: input of the participant hash.
    std::string to_ad_string() const;
    Jid bare() const { return with_device(0); }  ///< the account, without the device
    Jid with_device(std::uint16_t d) const {
        Jid other{user, server, d};
        other.integrator = integrator;
        return other;
    }

    bool empty() const noexcept { return server.empty(); }
    bool is_pn() const noexcept { return server == server::user || server == server::legacy_user; }
    bool is_lid() const noexcept { return server == server::lid || server == server::hosted_lid; }
    bool is_user() const noexcept { return !user.empty() && (is_pn() || is_lid() || is_hosted()); }
    bool is_hosted() const noexcept { return server == server::hosted || server == server::hosted_lid; }
    bool is_group() const noexcept { return server == server::group && !user.empty(); }
    bool is_broadcast() const noexcept { return server == server::broadcast; }
    bool is_newsletter() const noexcept { return server == server::newsletter; }
    bool is_server() const noexcept { return user.empty() && server == server::user; }
    bool is_bot() const noexcept;
    /// hosted -> s.whatsapp.net, hosted.lid -> lid, c.us -> s.whatsapp.net; others unchanged.
    Jid normalised() const;

    /// Name and device id of the local Signal address (protocol part 1, section 4).
    std::string signal_name() const;

    friend auto operator<=>(const Jid&, const Jid&) = default;
    friend bool operator==(const Jid&, const Jid&) = default;
};

}  // namespace bridge::whatsapp

template <>
struct std::hash<bridge::whatsapp::Jid> {
    std::size_t operator()(const bridge::whatsapp::Jid& jid) const noexcept {
        const std::size_t user = std::hash<std::string>{}(jid.user);
        return user * 31 + std::hash<std::string>{}(jid.server) * 7 + jid.device;
    }
};
