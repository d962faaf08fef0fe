/// What people show of themselves and whom they let near: about, picture, privacy, blocked people, tokens.
#pragma once

#include "common/bytes/bytes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace simulator {

/// A proof that its issuer knows the one who holds it (protocol part 2, section 4.8).
struct TrustedToken {
    common::Bytes bytes;
    std::uint64_t time{0};
};

struct Profile {
    std::string about;
    std::uint64_t about_time{0};
    std::string picture_id;  ///< "" without one
    std::string picture_path;
    std::uint32_t disappearing{0};  ///< default timer of new chats, seconds
    std::uint64_t disappearing_time{0};
    std::map<std::string, std::string> privacy;  ///< settings that differ from "all", by category
    std::set<std::string> blocked;               ///< phones
    std::string status_setting{"contacts"};      ///< "contacts", "whitelist" or "blacklist"
    std::set<std::string> status_list;           ///< phones

    // What strangers need to write here.
    bool token_required{false};
    std::map<std::string, TrustedToken> issued;  ///< by the phone that got it
    common::Bytes nct_salt;                      ///< makes this account's `<cstoken>`

    std::optional<bool> present;  ///< what the scripted phone shows; nothing: follows the devices
    std::uint64_t last_seen{0};
};

}  // namespace simulator
