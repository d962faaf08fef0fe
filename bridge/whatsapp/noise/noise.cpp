#include "bridge/whatsapp/noise/noise.hpp"

namespace bridge::whatsapp::noise {

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::malformed_message: return {Kind::invalid, "handshake message missing or malformed"};
        case Errc::bad_key: return {Kind::invalid, "handshake key of a wrong size or low order"};
        case Errc::not_authentic: return {Kind::unavailable, "frame does not decrypt"};
        case Errc::frame_too_large: return {Kind::invalid, "payload of 16 MiB or more does not fit a frame"};
        case Errc::counter_exhausted: return {Kind::unavailable, "too many frames for one connection"};
    }
    return {Kind::internal, "unknown noise error"};
}

}  // namespace bridge::whatsapp::noise
