#include "common/http/multipart.hpp"

#include "common/http/detail/text.hpp"

#include <algorithm>
#include <utility>

namespace common::http {
namespace {

constexpr std::size_t longest_boundary = 70;
/// After a delimiter: a line break, or "--"; spaces may stand before the line break.
constexpr std::size_t longest_padding = 64;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view header_end = "\r\n\r\n";

bool is_boundary_char(char c) noexcept {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain || std::string_view{"'()+_,-./:=? "}.find(c) != std::string_view::npos;
}

}  // namespace

ErrcInfo describe(FormErrc code) noexcept {
    switch (code) {
        case FormErrc::malformed: return {Kind::invalid, "The form cannot be read."};
        case FormErrc::header_too_large: return {Kind::invalid, "A part of the form has too long a header."};
        case FormErrc::too_many_parts: return {Kind::invalid, "The form has too many parts."};
        case FormErrc::cut_off: return {Kind::invalid, "The form ends before its last boundary."};
    }
    return {Kind::internal, "unknown form error"};
}

std::optional<std::string> form_boundary(std::string_view content_type) {
    const auto end = std::min(content_type.find(';'), content_type.size());
    if (!detail::iequals(detail::trimmed(content_type.substr(0, end)), "multipart/form-data")) return std::nullopt;
    std::string_view rest = content_type.substr(end);
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto next = std::min(rest.find(';'), rest.size());
        const std::string_view parameter = detail::trimmed(rest.substr(0, next));
        rest.remove_prefix(next);
        const auto equals = parameter.find('=');
        if (equals == std::string_view::npos || !detail::iequals(parameter.substr(0, equals), "boundary")) continue;
        std::string_view value = parameter.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        const bool fits = !value.empty() && value.size() <= longest_boundary && value.back() != ' ' &&
                          std::all_of(value.begin(), value.end(), is_boundary_char);
        if (!fits) return std::nullopt;
        return std::string{value};
    }
    return std::nullopt;
}

Result<std::vector<FormReader::Piece>> FormReader::feed(std::string_view bytes) {
    std::vector<Piece> out;
    buffer_ += bytes;
    bool more = true;
    while (more) {
        if (auto stepped = step(out, more); !stepped) return stepped.error();
    }
    return out;
}

Status FormReader::finish() const {
    if (state_ != State::epilogue) return FormErrc::cut_off;
    return {};
}

/// `more` tells whether another step may get on with what is there.
Status FormReader::step(std::vector<Piece>& out, bool& more) {
    switch (state_) {
        case State::preamble: {
            const auto at = buffer_.find(delimiter_);
            more = at != std::string::npos;
            if (more) state_ = State::after_delimiter;
            const std::size_t kept = std::min(buffer_.size(), delimiter_.size() - 1);
            buffer_.erase(0, more ? at + delimiter_.size() : buffer_.size() - kept);
            return {};
        }
        case State::after_delimiter: {
            more = false;
            if (buffer_.starts_with("--")) {
                state_ = State::epilogue;
                buffer_.clear();
                return {};
            }
            const auto text = buffer_.find_first_not_of(" \t");
            if (std::min(text, buffer_.size()) > longest_padding) return FormErrc::malformed;
            if (text == std::string::npos || buffer_.size() - text < line_end.size()) {
                const bool may_be = text == std::string::npos || buffer_[text] == '\r' || buffer_ == "-";
                return may_be ? Status{} : Status{FormErrc::malformed};
            }
            if (buffer_.compare(text, line_end.size(), line_end) != 0) return FormErrc::malformed;
            if (++parts_ > max_parts) return FormErrc::too_many_parts;
            // The line break stays: a part without any header has two of them in a row.
            buffer_.erase(0, text);
            state_ = State::header;
            more = true;
            return {};
        }
        case State::header: return read_header(out, more);
        case State::content: take_content(out, more); return {};
        case State::epilogue: {
            buffer_.clear();
            more = false;
            return {};
        }
    }
    return FormErrc::malformed;
}

Status FormReader::read_header(std::vector<Piece>& out, bool& more) {
    const auto end = buffer_.find(header_end);
    if (std::min(end, buffer_.size()) > max_part_header) return FormErrc::header_too_large;
    more = end != std::string::npos;
    if (!more) return {};
    const std::string header = buffer_.substr(0, end);
    buffer_.erase(0, end + header_end.size());
    state_ = State::content;
    return begin_part(header, out);
}

Status FormReader::begin_part(std::string_view header, std::vector<Piece>& out) {
    Piece piece;
    piece.kind = Piece::Kind::begin;
    while (!header.empty()) {
        const auto end = std::min(header.find(line_end), header.size());
        const std::string_view line = header.substr(0, end);
        header.remove_prefix(std::min(end + line_end.size(), header.size()));
        if (line.empty()) continue;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return FormErrc::malformed;
        const std::string_view name = detail::trimmed(line.substr(0, colon));
        const std::string_view value = detail::trimmed(line.substr(colon + 1));
        if (detail::iequals(name, "Content-Disposition")) piece.disposition = parse_disposition(value);
        if (detail::iequals(name, "Content-Type")) piece.content_type = value;
    }
    out.push_back(std::move(piece));
    return {};
}

void FormReader::take_content(std::vector<Piece>& out, bool& more) {
    const auto at = buffer_.find(delimiter_);
    more = at != std::string::npos;
    // What might be the beginning of a delimiter waits for the bytes behind it.
    const std::size_t kept = std::min(buffer_.size(), delimiter_.size() - 1);
    const std::size_t size = more ? at : buffer_.size() - kept;
    if (size > 0) {
        Piece piece;
        piece.data = buffer_.substr(0, size);
        out.push_back(std::move(piece));
    }
    buffer_.erase(0, more ? at + delimiter_.size() : size);
    if (!more) return;
    Piece piece;
    piece.kind = Piece::Kind::end;
    out.push_back(std::move(piece));
    state_ = State::after_delimiter;
}

}  // namespace common::http
