#include "common/http/multipart.hpp"

#include <catch2/catch.hpp>

namespace http = common::http;
using http::FormErrc;
using Kind = http::FormReader::Piece::Kind;

namespace {

struct Part {
    std::string name;
    std::string file_name;
    std::string type;
    std::string data;
    bool ended{false};
    friend bool operator==(const Part&, const Part&) = default;
};

/// Feeds `step` bytes at a time.
common::Result<std::vector<Part>> read(const std::string& body, std::size_t step, std::string_view boundary = "XX") {
    http::FormReader reader{boundary};
    std::vector<Part> parts;
    for (std::size_t at = 0; at < body.size(); at += step) {
        auto pieces = reader.feed(std::string_view{body}.substr(at, step));
        if (!pieces) return pieces.error();
        for (auto& piece : *pieces) {
            if (piece.kind == Kind::begin) {
                auto& what = piece.disposition;
                parts.push_back({what.name.value_or(""), what.file_name.value_or(""), piece.content_type, "", false});
                continue;
            }
            REQUIRE_FALSE(parts.empty());
            REQUIRE_FALSE(parts.back().ended);
            if (piece.kind == Kind::end) parts.back().ended = true;
            CHECK(piece.data.empty() == (piece.kind == Kind::end));
            parts.back().data += piece.data;
        }
    }
    if (const auto finished = reader.finish(); !finished) return finished.error();
    return parts;
}

const std::string form =
    "--XX\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
    "--XX  \r\ncontent-disposition:form-data; name=\"file\"; filename=\"a.bin\"\r\nContent-Type: image/png\r\n\r\n"
    "\r\n--X\r\n-\r\n--XY\r\n--XX\r\n\r\nbare\r\n--XX\r\nContent-Disposition: form-data; "
    "name=\"empty\"\r\n\r\n\r\n--XX--\r\n";

}  // namespace

TEST_CASE("forms: parts come out whole, however the bytes are cut", "[http]") {
    const std::vector<Part> expected{
        {"note", "", "", "hello", true},
        {"file", "a.bin", "image/png", "\r\n--X\r\n-\r\n--XY", true},
        {"", "", "", "bare", true},
        {"empty", "", "", "", true}};
    for (std::size_t step = 1; step <= form.size(); ++step) {
        INFO(step);
        const auto parts = read(form, step);
        REQUIRE(parts);
        CHECK(*parts == expected);
    }
    const auto with_preamble = read("ignored\r\n" + form + "ignored --XX\r\n", 7);
    REQUIRE(with_preamble);
    CHECK(*with_preamble == expected);
}

TEST_CASE("forms: every prefix of a form is cut off", "[http]") {
    const std::size_t whole = form.size() - 2;  // the last line break is not needed
    for (std::size_t size = 0; size < whole; ++size) {
        INFO(size);
        const auto parts = read(form.substr(0, size), 11);
        REQUIRE_FALSE(parts);
        CHECK(parts.error() == FormErrc::cut_off);
    }
}

TEST_CASE("forms: what is none, or too much, is refused", "[http]") {
    const auto refused = [](const std::string& body) {
        const auto parts = read(body, 1000);
        return parts ? common::Error{common::Errc::internal} : parts.error();
    };
    CHECK(refused("--XXjunk\r\n\r\n") == FormErrc::malformed);
    CHECK(refused("--XX\r\nno colon\r\n\r\nx\r\n--XX--") == FormErrc::malformed);
    CHECK(refused("--XX" + std::string(100, ' ') + "\r\n\r\nx\r\n--XX--") == FormErrc::malformed);
    CHECK(refused("--XX\r\nA: " + std::string(9000, 'a') + "\r\n\r\nx\r\n--XX--") == FormErrc::header_too_large);
    CHECK(refused("--XX\r\nA: " + std::string(90'000, 'a')) == FormErrc::header_too_large);
    std::string many;
    for (int i = 0; i < 101; ++i) many += "--XX\r\n\r\nx\r\n";
    CHECK(refused(many + "--XX--") == FormErrc::too_many_parts);
}

TEST_CASE("forms: the boundary comes from the content type", "[http]") {
    CHECK(http::form_boundary("multipart/form-data; boundary=abc") == "abc");
    CHECK(http::form_boundary("Multipart/Form-Data; charset=x; Boundary=\"a b:c\"") == "a b:c");
    for (const auto* other :
         {"",
          "application/json",
          "multipart/mixed; boundary=abc",
          "multipart/form-data",
          "multipart/form-data; boundary=",
          "multipart/form-data; boundary=a\xC3\xA4",
          "multipart/form-data; boundary=\"a \""}) {
        CHECK_FALSE(http::form_boundary(other));
    }
    CHECK_FALSE(http::form_boundary("multipart/form-data; boundary=" + std::string(71, 'a')));
}
