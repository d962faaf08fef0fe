#include "bridge/whatsapp/events/events.hpp"

#include <algorithm>

namespace bridge::whatsapp::events {

const GroupMember* GroupInfo::find(const Jid& who) const noexcept {
    const auto is_them = [&who](const GroupMember& member) {
        return (member.jid.user == who.user && member.jid.server == who.server) ||
               (member.alt.user == who.user && member.alt.server == who.server);
    };
    const auto found = std::find_if(members.begin(), members.end(), is_them);
    return found == members.end() ? nullptr : &*found;
}

std::string_view name(LinkState state) noexcept {
    switch (state) {
        case LinkState::unlinked: return "unlinked";
        case LinkState::linking: return "linking";
        case LinkState::connecting: return "connecting";
        case LinkState::online: return "online";
        case LinkState::offline: return "offline";
        case LinkState::logged_out: return "logged_out";
        case LinkState::refused: return "refused";
    }
    return "offline";
}

}  // namespace bridge::whatsapp::events
