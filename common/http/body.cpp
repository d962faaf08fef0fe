#include "common/http/body.hpp"

#include "common/files/files.hpp"
#include "common/http/detail/text.hpp"

#include <algorithm>
#include <charconv>

namespace common::http {
namespace {

constexpr std::size_t file_piece = 256U << 10;

/// Reads a number off the front of `text`; nothing when there is none.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
    std::uint64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view expected) noexcept {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

struct FileReader {
    asio::any_io_executor worker;
    std::shared_ptr<const files::File> file;
    std::uint64_t at{0};
    std::uint64_t end{0};
};

asio::awaitable<Result<std::string>> read_on(std::shared_ptr<FileReader> reader) {
    if (reader->at == reader->end) co_return std::string{};
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(file_piece, reader->end - reader->at));
    auto work = [reader, size]() -> Result<std::string> {
        std::string piece(size, '\0');
        const std::span<std::uint8_t> into{reinterpret_cast<std::uint8_t*>(piece.data()), piece.size()};
        const auto got = reader->file->read_at(reader->at, into);
        if (!got) return got.error();
        piece.resize(*got);
        return piece;
    };
    auto piece = co_await run_on(reader->worker, std::move(work));
    if (piece) reader->at += piece->size();
    co_return piece;
}

}  // namespace

BodySource file_source(
    asio::any_io_executor worker, std::shared_ptr<const files::File> file, std::uint64_t begin, std::uint64_t size
) {
    auto reader = std::make_shared<FileReader>();
    reader->worker = std::move(worker);
    reader->file = std::move(file);
    reader->at = begin;
    reader->end = begin + size;
    BodySource source;
    source.size = size;
    source.read = [reader] { return read_on(reader); };
    return source;
}

Result<std::optional<ByteRange>> requested_range(const Headers& headers, std::uint64_t size) {
    const std::optional<ByteRange> whole;
    const auto value = headers.find("Range");
    if (!value) return whole;
    std::string_view text = detail::trimmed(*value);
    if (!take(text, "bytes=")) return whole;
    const auto first = take_number(text);
    if (!take(text, "-")) return whole;
    const auto last = take_number(text);
    if (!text.empty() || (!first && !last)) return whole;
    if (!first) {  // the last N bytes
        if (*last == 0 || size == 0) return HttpErrc::range_not_satisfiable;
        const std::uint64_t wanted = std::min(*last, size);
        return std::optional{ByteRange{size - wanted, wanted}};
    }
    if (last && *last < *first) return whole;
    if (*first >= size) return HttpErrc::range_not_satisfiable;
    const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
    return std::optional{ByteRange{*first, end - *first + 1}};
}

Response file_response(
    const Headers& headers,
    asio::any_io_executor worker,
    std::shared_ptr<const files::File> file,
    std::uint64_t size,
    std::string content_type
) {
    Response response{200, std::move(content_type), ""};
    response.headers.set("Accept-Ranges", "bytes");
    const auto range = requested_range(headers, size);
    if (!range) {
        response.status = 416;
        response.content_type.clear();
        response.headers.set("Content-Range", "bytes */" + std::to_string(size));
        return response;
    }
    ByteRange part{0, size};
    if (*range) {
        part = **range;
        response.status = 206;
        const std::string last = std::to_string(part.begin + part.size - 1);
        response.headers.set(
            "Content-Range", "bytes " + std::to_string(part.begin) + '-' + last + '/' + std::to_string(size)
        );
    }
    response.source =
        std::make_shared<BodySource>(file_source(std::move(worker), std::move(file), part.begin, part.size));
    return response;
}

std::string range_from(std::uint64_t begin) { return "bytes=" + std::to_string(begin) + '-'; }

std::string range_of(std::uint64_t begin, std::uint64_t end) {
    return "bytes=" + std::to_string(begin) + '-' + std::to_string(end - 1);
}

std::optional<ContentRange> parse_content_range(std::string_view value) {
    std::string_view text = detail::trimmed(value);
    if (!take(text, "bytes ")) return std::nullopt;
    const auto first = take_number(text);
    if (!first || !take(text, "-")) return std::nullopt;
    const auto last = take_number(text);
    if (!last || *last < *first || *last - *first == ~std::uint64_t{0} || !take(text, "/")) return std::nullopt;
    ContentRange range;
    range.part = ByteRange{*first, *last - *first + 1};
    if (text == "*") return range;
    range.whole = take_number(text);
    if (!range.whole || !text.empty() || *last >= *range.whole) return std::nullopt;
    return range;
}

}  // namespace common::http
