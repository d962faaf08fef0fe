// Forms and the names of files in them, as strangers send them.
#include "common/http/multipart.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace http = common::http;

namespace {

/// The same bytes give the same parts, however they are cut.
std::string parts_of(std::string_view body, std::size_t step) {
    http::FormReader reader{"XX"};
    std::string all;
    while (!body.empty()) {
        const auto pieces = reader.feed(body.substr(0, step));
        body.remove_prefix(std::min(step, body.size()));
        if (!pieces) return "refused";
        for (const auto& piece : *pieces) {
            if (piece.kind == http::FormReader::Piece::Kind::begin) all += "<" + piece.disposition.type;
            if (piece.kind == http::FormReader::Piece::Kind::end) all += ">";
            all += piece.data;
        }
    }
    return reader.finish() ? all : "cut off";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (parts_of(text, 1) != parts_of(text, size + 1)) std::abort();
    (void)http::form_boundary(text);
    const auto disposition = http::parse_disposition(text);
    const std::string name = http::safe_file_name(disposition.file_name.value_or(std::string{text}));
    if (name.find_first_of(std::string_view{"\0/\\\r\n", 5}) != std::string::npos || name == "..") std::abort();
    const std::string header = http::attachment(name);
    if (header.find_first_of("\r\n") != std::string::npos) std::abort();
    if (!name.empty() && http::parse_disposition(header).file_name != name) std::abort();
    if (http::safe_content_type(text).find_first_of("\r\n") != std::string::npos) std::abort();
    return 0;
}
