// Addresses, links and ranges that strangers write.
#include "common/http/body.hpp"
#include "common/http/url.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace http = common::http;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto url = http::parse_url(text)) {
        // Nothing in it may end a line or a string, or hide a second host.
        if (url->host.find_first_of(std::string_view{"\0@/?#\\ %\r\n", 10}) != std::string::npos) std::abort();
        if (url->target.find_first_of("\r\n ") != std::string::npos || url->target.front() != '/') std::abort();
        if (url->port == 0) std::abort();
    }
    if (const auto link = http::resolve_url("https://a.example/b/c?d", text)) {
        if (link->find_first_of("\r\n ") != std::string::npos) std::abort();
    }
    http::Headers headers;
    headers.set("Range", text);
    if (const auto range = http::requested_range(headers, 1000); range && *range) {
        if ((*range)->size == 0 || (*range)->begin + (*range)->size > 1000) std::abort();
    }
    if (const auto range = http::parse_content_range(text); range && range->whole) {
        if (range->part.size == 0 || range->part.begin + range->part.size > *range->whole) std::abort();
    }
    return 0;
}
