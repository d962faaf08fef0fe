#include "bridge/whatsapp/events/events.hpp"

namespace bridge::whatsapp::events {

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
