/// A bridge as the gateway sees it: the local API on a port of this machine, with answers and events that a test sets.
#pragma once

#include "common/async/async.hpp"
#include "common/contract/contract.hpp"
#include "common/http/server.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tests::gateway {

namespace asio = common::asio;

class FakeBridge {
public:
    explicit FakeBridge(asio::any_io_executor executor);

    /// Answers on the same port as before; the first time on a free one.
    void start();
    /// Gone: connections break, the port refuses.
    asio::awaitable<void> stop();
    std::string url() const;

    /// "GET /api/chats" -> answer, whatever the query. Without one: 404 {"detail":"Not found"}.
    void answer(const std::string& route, unsigned status, std::string body);
    /// Does not answer this route at all until the test ends.
    void hang(const std::string& route) { answers_[route].hang = true; }
    /// "GET /api/chats?limit=20", in the order they came; probes and event streams left out.
    std::vector<std::string> asked;
    std::string last_body;
    common::http::Headers last_headers;

    /// Appends an event and tells the streams.
    void publish(const std::string& type, const std::string& data);
    void break_streams();
    /// Events up to `seq` are no longer kept.
    void forget_up_to(std::int64_t seq);
    std::int64_t newest() const noexcept { return newest_; }
    void set_newest(std::int64_t seq) { newest_ = seq; }
    std::size_t streams() const noexcept { return streams_; }
    int streams_opened{0};

private:
    struct Canned {
        unsigned status{200};
        std::string body;
        bool hang{false};
    };
    using Answer = asio::awaitable<common::Result<common::http::Response>>;
    Answer serve(const common::http::Request& request);
    Answer health();
    Answer stream_events(const common::http::Request& request, common::http::ResponseStream& out);

    asio::any_io_executor executor_;
    std::map<std::string, Canned> answers_;
    std::deque<common::contract::Event> events_;
    std::int64_t newest_{0};
    std::int64_t oldest_cursor_{0};
    common::Event changed_;
    int generation_{0};
    std::size_t streams_{0};
    common::http::Router router_;
    std::uint16_t port_{0};
    std::unique_ptr<common::http::Server> server_;
    std::unique_ptr<common::TaskGroup> tasks_;
};

}  // namespace tests::gateway
