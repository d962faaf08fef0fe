/// Members of a JSON object, read into values. What is wrong is reported by the name of the field ("poll.options: …")
/// as a 422; the first problem stays. null stands for absent.
#pragma once

#include "bridge/api/detail/params.hpp"
#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/json/json.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::api::detail {

class Fields {
public:
    /// `problem` and the document of `object` outlive this; `path` is in front of the names: "poll.".
    Fields(common::json::Value object, Problem& problem, std::string path = "")
        : object_{object}, problem_{problem}, path_{std::move(path)} {}

    /// Whether the object itself is there.
    bool exists() const noexcept { return object_.exists(); }
    /// Whether there is such a member. Does not count as having read it.
    bool has(std::string_view name) const noexcept;

    /// At most `longest` bytes; "" when absent.
    std::string text(std::string_view name, std::size_t longest);
    /// Must be there and not blank.
    std::string needed_text(std::string_view name, std::size_t longest);
    std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most);
    /// Must be there.
    double needed_number(std::string_view name, double least, double most);
    bool flag(std::string_view name, bool fallback = false);
    std::optional<UnixTime> time(std::string_view name);
    UnixTime needed_time(std::string_view name);
    /// Base64, at most `most` bytes; empty when absent.
    common::Bytes bytes(std::string_view name, std::size_t most);
    /// Index of the value among `names`; `fallback` when absent.
    std::size_t one_of(std::string_view name, std::initializer_list<std::string_view> names, std::size_t fallback);
    /// Whom to write to, in any spelling; nothing when absent.
    std::optional<whatsapp::Jid> address(std::string_view name);
    std::vector<std::string> texts(std::string_view name, std::size_t most, std::size_t longest);
    std::vector<whatsapp::Jid> addresses(std::string_view name, std::size_t most);
    /// Does not exist when absent.
    Fields object(std::string_view name);
    std::vector<Fields> objects(std::string_view name, std::size_t most);
    common::json::Value value(std::string_view name);

    void report(std::string_view name, std::string_view what);
    /// Reports the first member that nobody has asked for: a misspelt field must not be dropped in silence.
    void refuse_others();
    bool ok() const noexcept { return !problem_.response(); }

private:
    common::json::Value object_;
    Problem& problem_;
    std::string path_;
    std::vector<std::string_view> read_;
};

}  // namespace bridge::api::detail
