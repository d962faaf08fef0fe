#include "common/http/client.hpp"

#include "common/http/detail/client_state.hpp"
#include "common/http/detail/event_stream.hpp"

#include <limits>
#include <utility>

namespace common::http {

using namespace detail;

namespace {

/// A stream that an answer is read from bit by bit.
struct Following {
    std::unique_ptr<ByteStream> stream;
    std::unique_ptr<Input> input;
    std::unique_ptr<Parser> answer;
};

Result<std::string> request_text(const ClientRequest& request, const Target& target, std::string_view user_agent) {
    Framing framing;
    framing.has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT";
    framing.size = request.body.size();
    auto text = request_head(request.method, request.headers, target, user_agent, framing);
    if (text) *text += request.body;
    return text;
}

/// Reads a whole answer of a bounded size.
asio::awaitable<Status> read_answer(
    Input& input, std::unique_ptr<Parser>& answer, Parser::For kind, std::uint64_t max_body
) {
    const auto head = co_await read_answer_head(input, answer, kind, no_stall_limit);
    if (!head) co_return head.error();
    if (answer->done()) co_return Status{};
    answer->limit_body(max_body);
    for (;;) {
        input.use(answer->put(input.unread()));
        if (answer->problem()) co_return problem_of(*answer);
        if (answer->done()) co_return Status{};
        const auto filled = co_await input.fill();
        if (filled == Filled::failed) co_return input.failure();
        if (filled == Filled::more) continue;
        answer->put_end();
        if (answer->done()) co_return Status{};
        co_return Error{HttpErrc::connection_lost, "within the answer"};
    }
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<ByteStream>>> Client::State::connect(const Target& target) {
    if (target.tls && !tls) {
        auto made = TlsContext::for_client(options.ca_file);
        if (!made) co_return made.error();
        tls = std::move(*made);
    }
    AddressFilter allow = options.allow_address;
    co_return co_await dial(target, tls, std::move(allow));
}

asio::awaitable<Result<Response>> Client::State::attempt(
    const ClientRequest& request, const Target& target, std::unique_ptr<ByteStream> stream, bool& untouched
) {
    untouched = true;
    const auto text = request_text(request, target, options.user_agent);
    if (!text) co_return text.error();
    const auto sent = co_await write_all(*stream, *text);
    if (!sent) co_return sent.error().within("send the request");
    const auto kind = request.method == "HEAD" ? Parser::For::response_without_body : Parser::For::response;
    auto answer = std::make_unique<Parser>(kind);
    Input input{*stream};
    const auto read = co_await read_answer(input, answer, kind, options.max_body);
    if (!read) {
        untouched = !answer->has_started() && input.unread().empty();
        co_return read.error().within("read the answer");
    }
    untouched = false;
    Response response;
    response.status = answer->status;
    response.content_type = answer->headers.find("Content-Type").value_or(std::string_view{});
    response.body = std::move(answer->body);
    response.headers = std::move(answer->headers);
    // Bytes nobody asked for would be taken for the next answer.
    if (answer->keeps_alive() && input.unread().empty()) pool.give_back(target, std::move(stream));
    co_return response;
}

asio::awaitable<Status> Client::State::wait_for_turn(std::chrono::milliseconds limit) {
    while (in_flight >= options.max_in_flight) {
        const auto waited = co_await freed.wait(limit);
        if (!waited) co_return waited.error().within("wait for other requests");
    }
    co_return Status{};
}

asio::awaitable<Result<Response>> Client::State::exchange(ClientRequest request, Target target) {
    const auto free = co_await wait_for_turn(request.timeout);
    if (!free) co_return free.error();
    const Turn turn{in_flight, freed};
    if (auto pooled = pool.take(target)) {
        bool untouched = false;
        auto response = co_await attempt(request, target, std::move(pooled), untouched);
        const bool again =
            !response && untouched && is_safe(request.method) && response.error().kind() == Kind::unavailable;
        if (!again) co_return response;
    }
    auto stream = co_await connect(target);
    if (!stream) co_return stream.error();
    bool untouched = false;
    co_return co_await attempt(request, target, std::move(*stream), untouched);
}

Client::Client(asio::any_io_executor executor, ClientOptions options)
    : state_{std::make_shared<State>(executor, std::move(options))} {}
Client::~Client() = default;

asio::awaitable<Result<Response>> Client::send(ClientRequest request) {
    auto target = parse_url(request.url, "http", "https");
    if (!target) co_return target.error();
    const auto state = state_;
    const auto limit = request.timeout;
    auto exchange = state->exchange(std::move(request), std::move(*target));
    co_return co_await with_timeout(limit, std::move(exchange));
}

namespace {

asio::awaitable<Result<Following>> open_stream(
    std::unique_ptr<ByteStream> stream, const ClientRequest& request, const Target& target, const ClientOptions& options
) {
    Following following;
    following.stream = std::move(stream);
    following.input = std::make_unique<Input>(*following.stream);
    following.answer = std::make_unique<Parser>(Parser::For::response);
    const auto text = request_text(request, target, options.user_agent);
    if (!text) co_return text.error();
    const auto sent = co_await write_all(*following.stream, *text);
    if (!sent) co_return sent.error();
    const auto read =
        co_await read_answer_head(*following.input, following.answer, Parser::For::response, no_stall_limit);
    if (!read) co_return read.error();
    co_return std::move(following);
}

}  // namespace

asio::awaitable<Status> Client::follow(
    ClientRequest request,
    std::chrono::milliseconds idle,
    std::function<asio::awaitable<Status>(ServerEvent)> on_event,
    std::function<void()> on_open
) {
    const auto state = state_;
    const auto target = parse_url(request.url, "http", "https");
    if (!target) co_return target.error();
    if (!request.headers.find("Accept")) request.headers.set("Accept", "text/event-stream");
    const auto deadline = std::chrono::steady_clock::now() + request.timeout;
    auto stream = co_await with_timeout(request.timeout, state->connect(*target));
    if (!stream) co_return stream.error();
    auto opening = open_stream(std::move(*stream), request, *target, state->options);
    auto opened = co_await with_timeout(deadline - std::chrono::steady_clock::now(), std::move(opening));
    if (!opened) co_return opened.error().within("open the event stream");
    Parser& answer = *opened->answer;
    Input& input = *opened->input;
    if (answer.status != 200) co_return Error{common::Errc::unavailable, std::to_string(answer.status)};
    if (on_open) on_open();

    EventStreamReader reader{state->options.max_body};
    answer.limit_body(std::numeric_limits<std::uint64_t>::max());
    for (;;) {
        input.use(answer.put(input.unread()));
        if (answer.problem()) co_return Error{HttpErrc::bad_message, answer.problem()->what};
        auto events = reader.feed(std::exchange(answer.body, {}));
        if (!events) co_return events.error();
        for (ServerEvent& event : *events) {
            const auto taken = co_await on_event(std::move(event));
            if (!taken) co_return taken.error();
        }
        if (answer.done()) co_return Status{};
        const auto filled = co_await fill_within(input, idle);
        if (!filled) co_return filled.error().within("wait for events");
        if (*filled == Filled::more) continue;
        answer.put_end();
        if (!answer.done()) co_return Error{HttpErrc::connection_lost, "within the event stream"};
    }
}

}  // namespace common::http
