#include "common/http/detail/client_state.hpp"

namespace common::http::detail {
namespace {

bool has_line_break(std::string_view text) noexcept { return text.find_first_of("\r\n") != std::string_view::npos; }

asio::awaitable<Result<Filled>> fill(Input& input) {
    const auto filled = co_await input.fill();
    if (filled == Filled::failed) co_return input.failure();
    co_return filled;
}

}  // namespace

bool is_safe(std::string_view method) noexcept { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

Result<std::string> request_head(
    const std::string& method,
    const Headers& headers,
    const Target& target,
    std::string_view user_agent,
    const Framing& framing
) {
    if (has_line_break(method)) return Error{common::Errc::invalid_argument, "line break in the method"};
    std::string out = method + ' ' + target.path + " HTTP/1.1\r\nHost: " + target.authority + "\r\n";
    if (!headers.find("User-Agent")) out.append("User-Agent: ").append(user_agent).append("\r\n");
    if (framing.has_body) {
        out += framing.size ? "Content-Length: " + std::to_string(*framing.size) : "Transfer-Encoding: chunked";
        out += "\r\n";
    }
    for (const auto& [name, value] : headers.all()) {
        if (has_line_break(name) || has_line_break(value)) {
            return Error{common::Errc::invalid_argument, "line break in a header"};
        }
        out.append(name).append(": ").append(value).append("\r\n");
    }
    out += "\r\n";
    return out;
}

asio::awaitable<Result<Filled>> fill_within(Input& input, std::chrono::milliseconds limit) {
    if (limit == no_stall_limit) co_return co_await fill(input);
    co_return co_await with_timeout(limit, fill(input));
}

Status problem_of(const Parser& answer) {
    const auto& problem = answer.problem();
    if (!problem) return {};
    if (problem->status == 413) return HttpErrc::body_too_large;
    return Error{HttpErrc::bad_message, problem->what};
}

asio::awaitable<Status> read_answer_head(
    Input& input, std::unique_ptr<Parser>& answer, Parser::For kind, std::chrono::milliseconds limit
) {
    for (;;) {
        input.use(answer->put(input.unread()));
        if (answer->header_done() && answer->status < 200 && answer->status != 101) {
            answer = std::make_unique<Parser>(kind);
            continue;
        }
        if (answer->problem()) co_return problem_of(*answer);
        if (answer->header_done()) co_return Status{};
        const auto filled = co_await fill_within(input, limit);
        if (!filled) co_return filled.error();
        if (*filled == Filled::more) continue;
        answer->put_end();
        co_return Error{HttpErrc::connection_lost, answer->has_started() ? "within the answer" : "before the answer"};
    }
}

}  // namespace common::http::detail
