#include "bridge/whatsapp/client/core.hpp"

namespace bridge::whatsapp::client {

using common::Kind;

common::ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::not_linked: return {Kind::unavailable, "no WhatsApp account is linked: scan the QR code first"};
        case Errc::already_linked: return {Kind::conflict, "a WhatsApp account is linked already"};
        case Errc::not_ready: return {Kind::unavailable, "not connected to WhatsApp at the moment"};
        case Errc::not_on_whatsapp: return {Kind::not_found, "the number is not on WhatsApp"};
        case Errc::bad_recipient: return {Kind::invalid, "the recipient is neither a phone number nor a JID"};
        case Errc::unsupported_recipient:
            return {Kind::invalid, "only people and groups can be written to, by number or by their JID"};
        case Errc::duplicate_id: return {Kind::conflict, "a message with this id exists already"};
        case Errc::no_passkey_asked: return {Kind::conflict, "WhatsApp has not asked for a passkey"};
        case Errc::not_a_member: return {Kind::unauthorized, "the account is not a member of this group"};
        case Errc::only_admins_write: return {Kind::unauthorized, "only admins may write in this group"};
        case Errc::no_such_send: return {Kind::not_found, "there is no such send"};
        case Errc::already_sent: return {Kind::conflict, "the message is on its way already"};
        case Errc::not_allowed_here: return {Kind::invalid, "this chat does not take such a message"};
        case Errc::no_such_message: return {Kind::not_found, "the message that this refers to is not known"};
        case Errc::stopped: return {Kind::unavailable, "the bridge is shutting down"};
    }
    return {Kind::internal, "unknown client error"};
}

}  // namespace bridge::whatsapp::client
