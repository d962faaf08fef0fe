/// What an IQ is answered with.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"

#include <string_view>
#include <utility>

namespace simulator {

/// The children of a result, or an error code.
struct Answer {
    Answer() = default;
    explicit Answer(int code) : error{code} {}
    explicit Answer(bridge::whatsapp::Node node) { children.push_back(std::move(node)); }
    int error{0};
    bridge::whatsapp::Node::Nodes children;
};

namespace iq_error {
inline constexpr int not_modified = 304;
inline constexpr int bad_request = 400;
inline constexpr int not_authorized = 401;
inline constexpr int forbidden = 403;
inline constexpr int not_found = 404;
inline constexpr int not_acceptable = 406;
inline constexpr int conflict = 409;
inline constexpr int gone = 410;
inline constexpr int resource_limit = 419;
inline constexpr int not_implemented = 501;
}  // namespace iq_error

/// The `text` that goes with a code.
constexpr std::string_view error_text(int code) noexcept {
    switch (code) {
        case iq_error::not_modified: return "not-modified";
        case iq_error::bad_request: return "bad-request";
        case iq_error::not_authorized: return "not-authorized";
        case iq_error::forbidden: return "forbidden";
        case iq_error::not_found: return "item-not-found";
        case iq_error::conflict: return "conflict";
        case iq_error::gone: return "gone";
        case iq_error::resource_limit: return "resource-limit";
        case iq_error::not_implemented: return "feature-not-implemented";
        default: return "not-acceptable";
    }
}

}  // namespace simulator
