/// Forms with files (multipart/form-data, RFC 7578), read while they arrive: bytes in, pieces of parts out. No socket,
/// and never more than a boundary in memory.
#pragma once

#include "common/http/disposition.hpp"
#include "common/http/message.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace common::http {

enum class FormErrc { malformed = 1, header_too_large, too_many_parts, cut_off };
ErrcInfo describe(FormErrc code) noexcept;

/// The boundary that a Content-Type header names; nothing when it is no form with files.
std::optional<std::string> form_boundary(std::string_view content_type);

class FormReader {
public:
    static constexpr std::size_t max_part_header = 8U << 10;
    static constexpr std::size_t max_parts = 100;

    /// A part begins, has bytes (several times), ends; parts follow each other.
    struct Piece {
        enum class Kind { begin, data, end };
        Kind kind{Kind::data};
        Disposition disposition;   ///< with `begin`
        std::string content_type;  ///< with `begin`; "" when the part does not say
        std::string data;          ///< with `data`, not empty
    };

    explicit FormReader(std::string_view boundary) : delimiter_{"\r\n--" + std::string{boundary}} {}

    /// Takes the next bytes of the body. After an error nothing more can be read.
    Result<std::vector<Piece>> feed(std::string_view bytes);
    /// At the end of the body: `cut_off` unless the form had ended.
    Status finish() const;

private:
    enum class State { preamble, after_delimiter, header, content, epilogue };
    Status step(std::vector<Piece>& out, bool& more);
    Status read_header(std::vector<Piece>& out, bool& more);
    Status begin_part(std::string_view header, std::vector<Piece>& out);
    void take_content(std::vector<Piece>& out, bool& more);

    std::string delimiter_;
    // The first boundary may stand at the very beginning, without a line break of its own.
    std::string buffer_{"\r\n"};
    State state_{State::preamble};
    std::size_t parts_{0};
};

}  // namespace common::http
