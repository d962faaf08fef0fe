#include "bridge/whatsapp/signal/detail/errors.hpp"

#include <signal/signal_protocol.h>

namespace bridge::whatsapp::signal {

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::duplicate_message: return {Kind::conflict, "message was opened before"};
        case Errc::no_session: return {Kind::not_found, "no session with this device"};
        case Errc::invalid_key_id: return {Kind::invalid, "message needs a pre-key that is gone"};
        case Errc::invalid_key: return {Kind::invalid, "message or bundle holds a bad key"};
        case Errc::invalid_message: return {Kind::invalid, "message cannot be opened"};
        case Errc::invalid_signature: return {Kind::invalid, "signature is wrong"};
        case Errc::no_sender_key: return {Kind::not_found, "no sender key for this group member"};
        case Errc::legacy_version: return {Kind::invalid, "message of an unsupported version"};
        case Errc::untrusted_identity: return {Kind::unauthorized, "identity is not trusted"};
        case Errc::internal: return {Kind::internal, "message encryption failed"};
    }
    return {Kind::internal, "unknown signal error"};
}

namespace detail {

Errc errc_of(int code) noexcept {
    switch (code) {
        case SG_ERR_DUPLICATE_MESSAGE: return Errc::duplicate_message;
        case SG_ERR_NO_SESSION: return Errc::no_session;
        case SG_ERR_INVALID_KEY_ID: return Errc::invalid_key_id;
        case SG_ERR_INVALID_KEY: return Errc::invalid_key;
        case SG_ERR_INVALID_VERSION:
        case SG_ERR_LEGACY_MESSAGE: return Errc::legacy_version;
        case SG_ERR_UNTRUSTED_IDENTITY: return Errc::untrusted_identity;
        // INVAL is how its parsers refuse bytes that are too short.
        case SG_ERR_INVAL:
        case SG_ERR_INVALID_MAC:
        case SG_ERR_INVALID_MESSAGE:
        case SG_ERR_INVALID_PROTO_BUF: return Errc::invalid_message;
        default: return Errc::internal;
    }
}

}  // namespace detail

}  // namespace bridge::whatsapp::signal
