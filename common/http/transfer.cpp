#include "common/http/detail/client_state.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace common::http {

using namespace detail;

namespace {

using namespace std::chrono_literals;

/// How often a sender whose peer does not read looks whether it has been answered.
constexpr std::chrono::milliseconds look_interval{1000};

asio::awaitable<Status> ready(ByteStream& stream, Io wanted) {
    const auto [code] = co_await stream.wait(wanted);
    if (code) co_return Error{code};
    co_return Status{};
}

/// What sending came to: `answered` when the server has said something before it had everything.
enum class Sent { all, answered };

/// Sends a request on a connection, and tells of it.
struct Sender {
    ByteStream& stream;
    Input& input;
    const Transfer& transfer;
    std::uint64_t sent{0};

    asio::awaitable<Result<Sent>> send(std::string head);
    asio::awaitable<Result<Sent>> send_body(const BodySource& body);
    asio::awaitable<Result<Sent>> write(std::string_view data);
};

asio::awaitable<Result<Sent>> Sender::write(std::string_view data) {
    auto patience = transfer.stall_timeout;
    while (!data.empty()) {
        const IoResult wrote = stream.write_some(data);
        if (wrote.state == Io::done) {
            data.remove_prefix(wrote.size);
            patience = transfer.stall_timeout;
            continue;
        }
        if (wrote.state == Io::failed || wrote.state == Io::ended) {
            const Error why = stream.failure();
            if (input.fill_now() == Filled::more) co_return Sent::answered;
            co_return why;
        }
        const auto slice = std::min(patience, look_interval);
        const auto waited = co_await with_timeout(slice, ready(stream, wrote.state));
        if (waited) continue;
        if (waited.error().kind() != Kind::timed_out) co_return waited.error();
        if (input.fill_now() == Filled::more) co_return Sent::answered;
        patience -= slice;
        if (patience <= 0ms) co_return waited.error();
    }
    co_return Sent::all;
}

asio::awaitable<Result<Sent>> Sender::send_body(const BodySource& body) {
    for (;;) {
        auto piece = co_await body.read();
        if (!piece) co_return piece.error().within("read the request's body");
        if (body.size && sent + piece->size() > *body.size) co_return Error{common::Errc::internal, "body grew"};
        if (piece->empty()) {
            if (body.size && sent != *body.size) co_return Error{common::Errc::internal, "body ended early"};
            if (body.size) co_return Sent::all;
            co_return co_await write("0\r\n\r\n");
        }
        const std::size_t size = piece->size();
        if (!body.size) {
            std::array<char, 20> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
            piece->insert(0, std::string{digits.data(), end} + "\r\n").append("\r\n");
        }
        const auto wrote = co_await write(*piece);
        if (!wrote || *wrote == Sent::answered) co_return wrote;
        sent += size;
        if (transfer.on_progress) transfer.on_progress(sent, 0);
        if (input.fill_now() == Filled::more) co_return Sent::answered;
    }
}

asio::awaitable<Result<Sent>> Sender::send(std::string head) {
    const auto wrote = co_await write(head);
    if (!wrote || *wrote == Sent::answered || !transfer.body) co_return wrote;
    co_return co_await send_body(*transfer.body);
}

/// Gives what arrives to a sink, or keeps it in the parser.
asio::awaitable<Status> read_body(
    Input& input, Parser& answer, const BodySink& sink, const Transfer& transfer, std::uint64_t sent
) {
    std::uint64_t received = 0;
    for (;;) {
        input.use(answer.put(input.unread()));
        if (answer.problem()) co_return problem_of(answer);
        if (sink && !answer.body.empty()) {
            std::string piece = std::exchange(answer.body, {});
            received += piece.size();
            const auto taken = co_await sink(std::move(piece));
            if (!taken) co_return taken.error();
            if (transfer.on_progress) transfer.on_progress(sent, received);
        }
        if (answer.done()) co_return Status{};
        const auto filled = co_await fill_within(input, transfer.stall_timeout);
        if (!filled) co_return filled.error().within("wait for the answer's body");
        if (*filled == Filled::more) continue;
        answer.put_end();
        if (!answer.done()) co_return Error{HttpErrc::connection_lost, "within the answer"};
    }
}

Response head_of(Parser& answer) {
    Response head;
    head.status = answer.status;
    head.content_type = answer.headers.find("Content-Type").value_or(std::string_view{});
    head.headers = std::move(answer.headers);
    return head;
}

}  // namespace

asio::awaitable<Result<Response>> Client::State::carry(
    const Transfer& transfer, const Target& target, std::unique_ptr<ByteStream> stream, bool& untouched
) {
    untouched = true;
    Framing framing;
    framing.has_body = transfer.body.has_value() || transfer.method == "POST" || transfer.method == "PUT";
    framing.size = transfer.body ? transfer.body->size : std::optional<std::uint64_t>{0};
    auto head = request_head(transfer.method, transfer.headers, target, options.user_agent, framing);
    if (!head) co_return head.error();
    Input input{*stream};
    Sender sender{*stream, input, transfer};
    const auto sent = co_await sender.send(std::move(*head));
    if (!sent) co_return sent.error().within("send the request");

    const auto kind = transfer.method == "HEAD" ? Parser::For::response_without_body : Parser::For::response;
    auto answer = std::make_unique<Parser>(kind);
    const auto read = co_await read_answer_head(input, answer, kind, transfer.stall_timeout);
    if (!read) {
        untouched = !answer->has_started() && input.unread().empty();
        co_return read.error().within("read the answer");
    }
    untouched = false;
    Response response = head_of(*answer);
    BodySink sink;
    if (transfer.accept) {
        auto accepted = transfer.accept(response);
        if (!accepted) co_return accepted.error();
        sink = std::move(*accepted);
    }
    if (!answer->done()) {
        answer->limit_body(sink ? transfer.max_body : options.max_body);
        const auto body = co_await read_body(input, *answer, sink, transfer, sender.sent);
        if (!body) co_return body.error();
    }
    response.body = std::move(answer->body);
    // Bytes nobody asked for would be taken for the next answer; a body that was not sent would be missed.
    const bool reusable = *sent == Sent::all && answer->keeps_alive() && input.unread().empty();
    if (reusable) pool.give_back(target, std::move(stream));
    co_return response;
}

asio::awaitable<Result<Response>> Client::transfer(Transfer transfer) {
    const auto target = parse_url(transfer.url, "http", "https");
    if (!target) co_return target.error();
    const auto state = state_;
    const auto free = co_await state->wait_for_turn(transfer.connect_timeout);
    if (!free) co_return free.error();
    const Turn turn{state->in_flight, state->freed};
    bool untouched = false;
    if (!transfer.body && is_safe(transfer.method)) {
        if (auto pooled = state->pool.take(*target)) {
            auto response = co_await state->carry(transfer, *target, std::move(pooled), untouched);
            const bool again = !response && untouched && response.error().kind() == Kind::unavailable;
            if (!again) co_return response;
        }
    }
    auto stream = co_await with_timeout(transfer.connect_timeout, state->connect(*target));
    if (!stream) co_return stream.error();
    co_return co_await state->carry(transfer, *target, std::move(*stream), untouched);
}

}  // namespace common::http
