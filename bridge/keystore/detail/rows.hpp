/// How our values stand in columns, and how rows are read back with the first problem kept.
#pragma once

#include "bridge/keystore/keystore.hpp"
#include "bridge/whatsapp/jid/jid.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"
#include "common/sqlite/sqlite.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace bridge::keystore::detail {

inline std::int64_t to_column(common::UnixTime time) noexcept { return time.time_since_epoch().count(); }
inline common::UnixTime to_time(std::int64_t seconds) noexcept {
    return common::UnixTime{std::chrono::seconds{seconds}};
}
inline std::string to_column(const whatsapp::Jid& jid) { return jid.empty() ? std::string{} : jid.to_string(); }

/// Reads the columns of the current row; a column that does not fit its type makes `finish` an error.
class Row {
public:
    explicit Row(const common::sqlite::Statement& statement) noexcept : statement_{statement} {}

    whatsapp::Jid jid(int column) {
        const auto text = statement_.text(column);
        if (text.empty()) return {};
        auto parsed = whatsapp::Jid::parse(text);
        if (!parsed) damaged_ = true;
        return parsed ? std::move(*parsed) : whatsapp::Jid{};
    }
    template <std::size_t N>
    common::ByteArray<N> array(int column) {
        common::ByteArray<N> out{};
        const auto bytes = statement_.blob(column);
        if (bytes.size() != N) {
            damaged_ = true;
        } else {
            std::copy(bytes.begin(), bytes.end(), out.begin());
        }
        return out;
    }
    /// Public key in `column`, private key in the next one.
    common::crypto::KeyPair pair(int column) {
        common::crypto::KeyPair pair;
        pair.public_key = array<32>(column);
        auto secret = array<32>(column + 1);
        pair.private_key = common::crypto::PrivateKey{secret};
        common::wipe(secret);
        return pair;
    }
    std::uint32_t number(int column) const { return static_cast<std::uint32_t>(statement_.integer(column)); }
    common::UnixTime time(int column) const { return to_time(statement_.integer(column)); }

    template <class T>
    common::Result<T> finish(T value) const {
        if (damaged_) return Errc::damaged;
        return value;
    }

private:
    const common::sqlite::Statement& statement_;
    bool damaged_{false};
};

/// A row of at most one: `read` makes the value from it.
template <class T, class Read>
common::Result<std::optional<T>> find_row(common::sqlite::Statement& statement, Read read) {
    const auto there = statement.step();
    if (!there) return there.error();
    if (!*there) return std::optional<T>{};
    Row row{statement};
    auto value = row.finish(read(row));
    if (!value) return value.error();
    return std::optional<T>{std::move(*value)};
}

}  // namespace bridge::keystore::detail
