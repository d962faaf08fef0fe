#include "common/result/result.hpp"

#include <boost/system/errc.hpp>

#include <ostream>
#include <stdexcept>

namespace common {

std::string_view name(Kind kind) noexcept {
    switch (kind) {
        case Kind::invalid: return "invalid";
        case Kind::unauthorized: return "unauthorized";
        case Kind::not_found: return "not_found";
        case Kind::conflict: return "conflict";
        case Kind::unavailable: return "unavailable";
        case Kind::timed_out: return "timed_out";
        case Kind::cancelled: return "cancelled";
        case Kind::internal: return "internal";
    }
    return "internal";
}

ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::invalid_argument: return {Kind::invalid, "invalid argument"};
        case Errc::not_found: return {Kind::not_found, "not found"};
        case Errc::unavailable: return {Kind::unavailable, "unavailable"};
        case Errc::timed_out: return {Kind::timed_out, "timed out"};
        case Errc::cancelled: return {Kind::cancelled, "cancelled"};
        case Errc::internal: return {Kind::internal, "internal error"};
        case Errc::too_large: return {Kind::invalid, "too large"};
    }
    return {Kind::internal, "unknown error"};
}

namespace {

ErrcInfo describe_system(const boost::system::error_code& code) {
    if (code == boost::system::errc::operation_canceled) return {Kind::cancelled, "cancelled"};
    if (code == boost::system::errc::timed_out) return {Kind::timed_out, "timed out"};
    return {Kind::unavailable, "connection failed"};
}

const char system_domain{};

}  // namespace

Error::Error(const boost::system::error_code& code)
    : domain_{&system_domain}, code_{code.value()}, info_{describe_system(code)}, detail_{code.message()} {}

std::string Error::message() const {
    std::string whole = path_;
    whole += info_.text;
    if (!detail_.empty()) whole.append(" (").append(detail_).append(")");
    return whole;
}

Error Error::within(std::string_view what) const& { return Error{*this}.within(what); }

Error Error::within(std::string_view what) && {
    path_.insert(0, std::string{what} + ": ");
    return std::move(*this);
}

std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.message(); }

std::ostream& print_value(std::ostream& out) { return out << "value"; }

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::runtime_error{error.message()};
}

}  // namespace common
