#include "common/http/detail/parser.hpp"

#include "common/http/detail/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace common::http::detail {
namespace {

namespace beast_http = boost::beast::http;
using BeastView = boost::beast::string_view;
using Code = boost::beast::error_code;

std::string_view view(BeastView text) noexcept { return {text.data(), text.size()}; }

}  // namespace

/// The one shape of both kinds of parser.
struct ParserImpl {
    virtual ~ParserImpl() = default;
    virtual std::size_t put(std::string_view bytes, Code& code) = 0;
    virtual void put_end(Code& code) = 0;
    virtual bool got_some() const = 0;
    virtual bool header_done() const = 0;
    virtual bool done() const = 0;
    virtual std::optional<std::uint64_t> content_length() const = 0;
    virtual bool chunked() const = 0;
    virtual bool keep_alive() const = 0;
    virtual void eager(bool on) = 0;

    int version{11};

protected:
    static std::size_t append_body(Parser& out, std::string_view piece) {
        out.body_size_ += piece.size();
        if (out.body_size_ > out.body_limit_) {
            out.fail(413, "body is too large");
        } else {
            out.body.append(piece);
        }
        return piece.size();
    }
};

namespace {

template <bool is_request>
class BeastParser final : public ParserImpl, private beast_http::basic_parser<is_request> {
    using Base = beast_http::basic_parser<is_request>;

public:
    BeastParser(Parser& out, bool without_body) : out_{&out} {
        Base::header_limit(max_header);
        Base::body_limit(boost::none);
        Base::eager(false);  // stop after the header, so that a limit for the body can be set
        if (without_body) Base::skip(true);
    }

    std::size_t put(std::string_view bytes, Code& code) override {
        return Base::put(boost::asio::const_buffer{bytes.data(), bytes.size()}, code);
    }
    void put_end(Code& code) override { Base::put_eof(code); }
    bool got_some() const override { return Base::got_some(); }
    bool header_done() const override { return Base::is_header_done(); }
    bool done() const override { return Base::is_done(); }
    std::optional<std::uint64_t> content_length() const override {
        const auto size = Base::content_length();
        return size ? std::optional<std::uint64_t>{*size} : std::nullopt;
    }
    bool chunked() const override { return Base::chunked(); }
    bool keep_alive() const override { return Base::keep_alive(); }
    void eager(bool on) override { Base::eager(on); }

private:
    void on_request_impl(beast_http::verb, BeastView method, BeastView target, int number, Code&) override {
        out_->method = view(method);
        out_->target = view(target);
        version = number;
    }
    void on_response_impl(int code, BeastView, int number, Code&) override {
        out_->status = static_cast<unsigned>(code);
        version = number;
    }
    void on_field_impl(beast_http::field, BeastView name, BeastView value, Code&) override {
        // Fields after a chunked body are dropped: nothing may change once the header has been judged.
        if (!in_body_) out_->headers.add(view(name), view(value));
    }
    void on_header_impl(Code&) override { in_body_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
    std::size_t on_body_impl(BeastView piece, Code&) override { return append_body(*out_, view(piece)); }
    void on_chunk_header_impl(std::uint64_t, BeastView, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, BeastView piece, Code&) override {
        return append_body(*out_, view(piece));
    }
    void on_finish_impl(Code&) override {}

    Parser* out_;
    bool in_body_{false};
};

}  // namespace

Parser::Parser(For what) {
    if (what == For::request) {
        impl_ = std::make_unique<BeastParser<true>>(*this, false);
    } else {
        impl_ = std::make_unique<BeastParser<false>>(*this, what == For::response_without_body);
    }
}

Parser::~Parser() = default;

std::size_t Parser::put(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && !done() && !problem_) {
        const bool in_header = !header_done();
        impl_->eager(!in_header);
        Code code;
        const std::size_t size = impl_->put(bytes.substr(used), code);
        used += size;
        if (in_header) header_size_ += size;
        const std::size_t waiting = bytes.size() - used;
        const bool needs_more = code == beast_http::error::need_more;
        if (in_header && (code == beast_http::error::header_limit || header_size_ > max_header ||
                          (needs_more && header_size_ + waiting > max_header))) {
            fail(431, "header is too large");
        } else if (needs_more && waiting > max_header) {
            fail(400, "chunk header is too large");
        } else if (code && !needs_more) {
            fail(400, "malformed HTTP: " + code.message());
        } else if (in_header && header_done() && !method.empty()) {
            check_request();
        }
        if (needs_more || (in_header && header_done())) break;
    }
    return used;
}

void Parser::put_end() {
    if (problem_ || done()) return;
    if (!has_started()) return fail(400, "no message");
    Code code;
    impl_->put_end(code);
    if (code) fail(400, "message ended early");
}

/// What Beast lets through and a server must not: it decides where the next request begins, or for whom this one is.
void Parser::check_request() {
    std::size_t hosts = 0;
    bool has_length = false;
    bool has_encoding = false;
    bool only_chunked = true;
    for (const auto& [name, value] : headers.all()) {
        if (iequals(name, "Host")) ++hosts;
        if (iequals(name, "Content-Length")) has_length = true;
        if (!iequals(name, "Transfer-Encoding")) continue;
        has_encoding = true;
        only_chunked = only_chunked && iequals(trimmed(value), "chunked");
    }
    if (has_length && has_encoding) return fail(400, "Content-Length and Transfer-Encoding");
    if (has_encoding && is_http_1_0()) return fail(400, "Transfer-Encoding in HTTP/1.0");
    if (!only_chunked) return fail(501, "unknown transfer coding");
    if (hosts > 1 || (hosts == 0 && !is_http_1_0())) return fail(400, "exactly one Host is needed");
}

void Parser::fail(unsigned answer, std::string what) {
    if (!problem_) problem_ = ParseProblem{answer, std::move(what)};
}

const std::optional<ParseProblem>& Parser::problem() const noexcept { return problem_; }
bool Parser::has_started() const noexcept { return impl_->got_some(); }
bool Parser::header_done() const noexcept { return impl_->header_done(); }
bool Parser::done() const noexcept { return impl_->done(); }
std::optional<std::uint64_t> Parser::content_length() const { return impl_->content_length(); }
bool Parser::is_chunked() const { return impl_->chunked(); }
bool Parser::keeps_alive() const { return impl_->keep_alive(); }
bool Parser::is_http_1_0() const { return impl_->version == 10; }

void Parser::limit_body(std::uint64_t size) {
    body_limit_ = size;
    if (const auto length = content_length(); length && *length > size) fail(413, "body is too large");
}

bool read_target(std::string_view target, Request& request) {
    if (target.starts_with("http://") || target.starts_with("https://")) {
        const auto slash = target.find('/', target.find("//") + 2);
        target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
    }
    if (!target.starts_with('/')) return false;
    const auto question = std::min(target.find('?'), target.size());
    request.path = percent_decode(target.substr(0, question));
    if (request.path.find('\0') != std::string::npos) return false;
    std::string_view rest = target.substr(std::min(question + 1, target.size()));
    const auto decode = [](std::string_view text) {
        std::string spaced{text};
        std::replace(spaced.begin(), spaced.end(), '+', ' ');
        return percent_decode(spaced);
    };
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        request.query.emplace_back(
            decode(pair.substr(0, equals)), decode(pair.substr(std::min(equals + 1, pair.size())))
        );
    }
    return true;
}

}  // namespace common::http::detail
