#include "common/json/json.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>

namespace common::json {
namespace {

constexpr std::size_t max_depth = 64;
// Numbers come as text: RapidJSON reads "0e-30" as nonsense, because it counts the leading zeros of a 0.
constexpr unsigned parse_flags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

const rapidjson::Value& native(const void* value) noexcept { return *static_cast<const rapidjson::Value*>(value); }

std::string_view text_of(const rapidjson::Value& value) noexcept {
    return {value.GetString(), value.GetStringLength()};
}

/// Passes everything on, but ends the parse when arrays and objects nest too deeply.
struct DepthLimit {
    using Ch = char;
    rapidjson::Document& out;
    std::size_t depth{0};
    bool exceeded{false};

    bool enter() noexcept {
        exceeded = ++depth > max_depth;
        return !exceeded;
    }
    bool Null() { return out.Null(); }
    bool Bool(bool flag) { return out.Bool(flag); }
    bool Int(int number) { return out.Int(number); }
    bool Uint(unsigned number) { return out.Uint(number); }
    bool Int64(std::int64_t number) { return out.Int64(number); }
    bool Uint64(std::uint64_t number) { return out.Uint64(number); }
    bool Double(double number) { return out.Double(number); }
    bool RawNumber(const Ch* text, rapidjson::SizeType size, bool) {
        const Ch* const end = text + size;
        std::int64_t whole = 0;
        // "-0" stays a double: an integer has no such zero.
        const auto signed_read = std::from_chars(text, end, whole);
        if (signed_read.ec == std::errc{} && signed_read.ptr == end && (whole != 0 || *text != '-'))
            return out.Int64(whole);
        std::uint64_t large = 0;
        if (const auto read = std::from_chars(text, end, large); read.ec == std::errc{} && read.ptr == end) {
            return out.Uint64(large);
        }
        const double number = std::strtod(std::string{text, size}.c_str(), nullptr);
        return std::isfinite(number) && out.Double(number);
    }
    bool String(const Ch* text, rapidjson::SizeType size, bool copy) { return out.String(text, size, copy); }
    bool Key(const Ch* text, rapidjson::SizeType size, bool copy) { return out.Key(text, size, copy); }
    bool StartObject() { return enter() && out.StartObject(); }
    bool StartArray() { return enter() && out.StartArray(); }
    bool EndObject(rapidjson::SizeType members) {
        --depth;
        return out.EndObject(members);
    }
    bool EndArray(rapidjson::SizeType items) {
        --depth;
        return out.EndArray(items);
    }
};

/// Feeds a RapidJSON document and keeps why that failed.
struct Source {
    std::string_view text;
    std::optional<Error> problem{};

    bool operator()(rapidjson::Document& out) {
        rapidjson::MemoryStream stream{text.data(), text.size()};
        rapidjson::Reader reader;
        DepthLimit handler{out};
        const auto done = reader.Parse<parse_flags>(stream, handler);
        if (handler.exceeded) {
            problem.emplace(Errc::too_deep);
        } else if (done.IsError()) {
            problem.emplace(
                Errc::malformed,
                std::string{rapidjson::GetParseError_En(done.Code())} + " at byte " + std::to_string(done.Offset())
            );
        } else if (stream.Tell() != text.size()) {
            // RapidJSON takes a NUL for the end of the text.
            problem.emplace(Errc::malformed, "NUL at byte " + std::to_string(stream.Tell()));
        }
        return !problem;
    }
};

}  // namespace

ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::malformed: return {Kind::invalid, "not valid JSON"};
        case Errc::too_deep: return {Kind::invalid, "JSON is nested too deeply"};
        case Errc::wrong_type: return {Kind::invalid, "JSON value has the wrong type"};
        case Errc::missing: return {Kind::invalid, "JSON field is missing"};
        case Errc::out_of_range: return {Kind::invalid, "JSON number is out of range"};
    }
    return {Kind::internal, "unknown JSON error"};
}

bool Value::is_null() const noexcept { return exists() && native(native_).IsNull(); }
bool Value::is_object() const noexcept { return exists() && native(native_).IsObject(); }
bool Value::is_array() const noexcept { return exists() && native(native_).IsArray(); }
bool Value::is_string() const noexcept { return exists() && native(native_).IsString(); }
bool Value::is_number() const noexcept { return exists() && native(native_).IsNumber(); }
bool Value::is_bool() const noexcept { return exists() && native(native_).IsBool(); }

Value Value::operator[](std::string_view key) const noexcept {
    if (!is_object()) return Value{};
    const auto& members = native(native_);
    for (auto member = members.MemberBegin(); member != members.MemberEnd(); ++member) {
        if (text_of(member->name) == key) return Value{&member->value};
    }
    return Value{};
}

std::size_t Value::size() const noexcept {
    if (is_array()) return native(native_).Size();
    if (is_object()) return native(native_).MemberCount();
    return 0;
}

Value Value::at(std::size_t index) const noexcept {
    if (!is_array() || index >= size()) return Value{};
    return Value{&native(native_)[static_cast<rapidjson::SizeType>(index)]};
}

std::vector<std::string_view> Value::keys() const {
    std::vector<std::string_view> names;
    if (!is_object()) return names;
    names.reserve(size());
    for (const auto& member : native(native_).GetObject()) names.push_back(text_of(member.name));
    return names;
}

std::optional<std::string_view> Value::string() const noexcept {
    if (!is_string()) return std::nullopt;
    return text_of(native(native_));
}

std::optional<std::int64_t> Value::integer() const noexcept {
    if (!is_number()) return std::nullopt;
    const auto& value = native(native_);
    if (value.IsInt64()) return value.GetInt64();
    if (!value.IsDouble()) return std::nullopt;
    // 5.0 and 5e0 are whole numbers too, as far as a double tells them apart from their neighbours.
    constexpr double exact = 9007199254740992.0;
    const double number = value.GetDouble();
    if (std::abs(number) > exact || std::trunc(number) != number) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<std::uint64_t> Value::unsigned_integer() const noexcept {
    if (is_number() && native(native_).IsUint64()) return native(native_).GetUint64();
    const auto whole = integer();
    if (!whole || *whole < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*whole);
}

std::optional<double> Value::number() const noexcept {
    if (!is_number()) return std::nullopt;
    return native(native_).GetDouble();
}

std::optional<bool> Value::boolean() const noexcept {
    if (!is_bool()) return std::nullopt;
    return native(native_).GetBool();
}

std::string Value::string_or(std::string_view fallback) const { return std::string{string().value_or(fallback)}; }
std::int64_t Value::integer_or(std::int64_t fallback) const noexcept { return integer().value_or(fallback); }
bool Value::boolean_or(bool fallback) const noexcept { return boolean().value_or(fallback); }

struct Document::State {
    rapidjson::Document document;
};

Document::Document(std::unique_ptr<State> state) noexcept : state_{std::move(state)} {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
    auto state = std::make_unique<State>();
    Source source{text};
    state->document.Populate(source);
    if (source.problem) return std::move(*source.problem);
    return Document{std::move(state)};
}

Value Document::root() const noexcept {
    return state_ ? Value{static_cast<const rapidjson::Value*>(&state_->document)} : Value{};
}

std::string to_text(Value value) {
    if (!value.exists()) return "null";
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    native(value.native_).Accept(writer);
    return std::string{buffer.GetString(), buffer.GetSize()};
}

}  // namespace common::json
