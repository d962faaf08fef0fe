/// What media hosts say: short JSON, read from a bounded body.
#pragma once

#include "bridge/whatsapp/media/transfers.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace bridge::whatsapp::media::detail {

inline constexpr std::size_t longest_answer = 64U << 10;

/// Collects a short body; a longer one ends the transfer with `bad_answer`.
http::BodySink into_text(std::string& text);

/// `{"url","direct_path","handle"}`; `bad_answer` when it is no JSON or its path is none.
Result<Uploaded> parse_uploaded(std::string_view json);

/// The answer to `resume=1`: `{"resume":"complete",...}` or how many bytes of `body_length` are there already.
Result<std::variant<Uploaded, std::uint64_t>> parse_resume(std::string_view json, std::uint64_t body_length);

}  // namespace bridge::whatsapp::media::detail
