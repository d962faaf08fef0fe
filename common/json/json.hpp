/// JSON over RapidJSON: reading that returns `Result` instead of asserting, writing that appends to a string.
#pragma once

#include "common/result/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace common::json {

enum class Errc { malformed = 1, too_deep, wrong_type, missing, out_of_range };
ErrcInfo describe(Errc code) noexcept;

/// A value inside a `Document`, which must outlive it. Every getter is safe on every type.
class Value {
public:
    Value() = default;
    explicit Value(const void* native) noexcept : native_{native} {}
    bool exists() const noexcept { return native_ != nullptr; }
    bool is_null() const noexcept;
    bool is_object() const noexcept;
    bool is_array() const noexcept;
    bool is_string() const noexcept;
    bool is_number() const noexcept;
    bool is_bool() const noexcept;
    /// Member of an object; a value that does not `exist` otherwise.
    Value operator[](std::string_view key) const noexcept;
    std::size_t size() const noexcept;           ///< items of an array or members of an object
    Value at(std::size_t index) const noexcept;  ///< item of an array
    std::vector<std::string_view> keys() const;

    std::optional<std::string_view> string() const noexcept;
    std::optional<std::int64_t> integer() const noexcept;  ///< whole numbers only
    std::optional<std::uint64_t> unsigned_integer() const noexcept;
    std::optional<double> number() const noexcept;
    std::optional<bool> boolean() const noexcept;
    std::string string_or(std::string_view fallback) const;
    std::int64_t integer_or(std::int64_t fallback) const noexcept;
    bool boolean_or(bool fallback) const noexcept;

    /// The value as compact JSON text; "null" for a value that does not exist.
    friend std::string to_text(Value value);

private:
    const void* native_{nullptr};
};

class Document {
public:
    /// Strict JSON, UTF-8 checked, depth at most 64.
    static Result<Document> parse(std::string_view text);
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();
    Value root() const noexcept;

private:
    struct State;
    explicit Document(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

std::string to_text(Value value);

/// Appends JSON to a string; commas are its own business. Invalid UTF-8 in strings becomes U+FFFD.
///   Writer w; w.object(); w.field("id", id); w.key("tags").array(); w.value("a"); w.end(); w.end(); w.take()
class Writer {
public:
    Writer& object() { return open('{', '}'); }
    Writer& array() { return open('[', ']'); }
    Writer& end();  ///< of the innermost open object or array, which there must be
    Writer& key(std::string_view name);
    Writer& value(std::string_view text);
    Writer& value(const char* text) { return value(std::string_view{text}); }
    Writer& value(const std::string& text) { return value(std::string_view{text}); }
    template <class T>
    requires std::is_same_v<T, bool> Writer& value(T flag) { return raw(flag ? "true" : "false"); }
    template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Writer& value(T number) {
        return raw(std::to_string(number));
    }
    Writer& value(double number);
    Writer& null() { return raw("null"); }
    /// JSON text made elsewhere, as it is.
    Writer& raw(std::string_view json);
    template <class T>
    Writer& value(const std::optional<T>& maybe) {
        return maybe ? value(*maybe) : null();
    }
    template <class T>
    Writer& field(std::string_view name, const T& content) {
        key(name);
        return value(content);
    }
    const std::string& text() const noexcept { return out_; }
    std::string take() { return std::move(out_); }

private:
    Writer& open(char opening, char closing);
    void separate();
    std::string out_;
    std::string closers_;
    bool needs_comma_{false};
};

/// Appends `text` quoted and escaped.
void append_quoted(std::string& out, std::string_view text);

}  // namespace common::json
