/// Errors and results for both processes: what can fail returns `Result<T>`.
///
/// A room owns an enum `Errc` and a `constexpr ErrcInfo describe(Errc)` beside it; `Error` is made from either and
/// keeps what happened (the code), what a caller can do about it (the `Kind`) and what was being done (`within`).
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace common {

/// What a caller can do about a failure.
enum class Kind { invalid, unauthorized, not_found, conflict, unavailable, timed_out, cancelled, internal };

std::string_view name(Kind kind) noexcept;

/// A code of a room, described: its kind and a sentence that is safe to show to anybody.
struct ErrcInfo {
    Kind kind{Kind::internal};
    std::string_view text;
};

template <class E>
concept RoomErrc = std::is_enum_v<E> && requires(E code) {
    { describe(code) } -> std::convertible_to<ErrcInfo>;
};

class Error {
public:
    /// What `error()` of a success gives.
    Error() = default;

    template <RoomErrc E>
    Error(E code)  // NOLINT(google-explicit-constructor): `return Errc::x;` is how rooms fail
        : domain_{&domain_of<E>}, code_{static_cast<int>(code)}, info_{describe(code)} {}

    /// With facts for the log (never shown to clients, never message text or keys).
    template <RoomErrc E>
    Error(E code, std::string detail) : Error{code} {
        detail_ = std::move(detail);
    }

    /// A failure of Asio or the system: cancelled, timed_out or unavailable.
    Error(const boost::system::error_code& code);  // NOLINT(google-explicit-constructor)

    Kind kind() const noexcept { return info_.kind; }
    /// A sentence that is safe to show to any client.
    std::string_view text() const noexcept { return info_.text; }
    /// Facts for the log; may be empty.
    const std::string& detail() const noexcept { return detail_; }
    /// The whole story for the log: "top up pre-keys: count pre-keys: timed out (75 s)".
    std::string message() const;

    /// The same error, one level further out: `error.within("count pre-keys")`.
    Error within(std::string_view what) const&;
    Error within(std::string_view what) &&;

    template <RoomErrc E>
    friend bool operator==(const Error& error, E code) noexcept {
        return error.domain_ == &domain_of<E> && error.code_ == static_cast<int>(code);
    }

private:
    template <class E>
    static inline const char domain_of{};

    const char* domain_{nullptr};
    int code_{0};
    ErrcInfo info_;
    std::string detail_;
    std::string path_;
};

/// Failures that belong to no room.
enum class Errc { invalid_argument = 1, not_found, unavailable, timed_out, cancelled, internal, too_large };
ErrcInfo describe(Errc code) noexcept;

/// `Error` for a wrong use of a value, with a sentence that the client may see (kept in `detail`).
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
public:
    using value_type = T;
    using boost::system::result<T, Error>::result;
};

template <>
class [[nodiscard]] Result<void> : public boost::system::result<void, Error> {
public:
    using value_type = void;
    using boost::system::result<void, Error>::result;
};

using Status = Result<void>;

/// The error's message: for tests, which print what they compare.
std::ostream& operator<<(std::ostream& out, const Error& error);
std::ostream& print_value(std::ostream& out);

/// "value", or the error's message.
template <class T>
std::ostream& operator<<(std::ostream& out, const Result<T>& result) {
    return result ? print_value(out) : out << result.error();
}

}  // namespace common
