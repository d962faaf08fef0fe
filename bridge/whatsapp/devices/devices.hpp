/// Which devices an account has and who is on WhatsApp: usync questions and answers, and which listed devices count
/// (protocol part 2, sections 2.1 and 2.2). Nodes in, values out; caching is for others.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::devices {

using common::ByteView;
using common::Result;

enum class Errc { malformed = 1, refused };
common::ErrcInfo describe(Errc code) noexcept;

/// A usync session id that is not used again.
std::string fresh_sid();

struct UserDevices {
    Jid user;                            ///< bare, in the form that was asked
    std::optional<Jid> lid;              ///< bare, where the server told
    std::optional<Jid> pn;               ///< bare, where the server told
    std::vector<std::uint16_t> devices;  ///< ascending, 0 (the primary) first; without hosted ones
    std::vector<std::uint16_t> hosted;   ///< devices in Meta's cloud: addressed at `hosted` / `hosted.lid`
    std::uint32_t raw_id{0};             ///< another one than before: the account registered anew; 0 when not told
    bool error{false};                   ///< the server gave no list for this user
};

/// Addresses of all devices of a user, hosted ones at their own server.
std::vector<Jid> device_jids(const UserDevices& user);

/// Devices and LIDs of users.
/// Wire: <usync mode="query" context="message"><query><devices version="2"/><lid/></query><list><user
/// jid/>...</list></usync>
struct DeviceQuery {
    std::vector<Jid> users;
    std::string sid{fresh_sid()};

    using Reply = std::vector<UserDevices>;
    Node request() const;
    static Result<Reply> parse(const Node& iq);
};

/// Whether phone numbers are on WhatsApp. `phones` are digits, with or without a leading `+`.
/// Wire: <usync mode="query"
/// context="interactive"><query><contact/><lid/></query><list><user><contact>+1...</contact></user>...
struct ContactQuery {
    struct Answer {
        std::string phone;       ///< digits
        Jid jid;                 ///< bare; empty when not registered
        std::optional<Jid> lid;  ///< bare
        bool registered{false};
    };
    std::vector<std::string> phones;
    std::string sid{fresh_sid()};

    using Reply = std::vector<Answer>;
    Node request() const;
    static Result<Reply> parse(const Node& iq);
};

/// One `<device>` of a list.
struct ListedDevice {
    std::uint16_t id{0};
    std::optional<std::uint32_t> key_index;
    bool hosted{false};
};

/// Content of an ADVSignedKeyIndexList. Its signature is not checked: the stanza came over the authenticated
/// connection.
struct KeyIndexList {
    std::uint32_t raw_id{0};
    std::uint32_t current_index{0};
    std::vector<std::uint32_t> valid_indexes;
};
Result<KeyIndexList> parse_key_index_list(ByteView signed_list);

/// Device 0 always; others whose key index is listed or newer than the list (part 2, section 2.2).
std::vector<ListedDevice> valid_devices(const std::vector<ListedDevice>& listed, const KeyIndexList& keys);

}  // namespace bridge::whatsapp::devices
