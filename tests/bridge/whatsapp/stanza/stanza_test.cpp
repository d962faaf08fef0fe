#include "bridge/whatsapp/stanza/stanza.hpp"

#include "tests/support/print.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

namespace tests::stanza {

namespace asio = common::asio;
namespace stanza = bridge::whatsapp::stanza;
using bridge::whatsapp::Jid;
using bridge::whatsapp::Node;
using common::Result;
using common::Status;
using namespace std::chrono_literals;

namespace {

/// What is asked, and the Iq that asks.
struct Wire {
    asio::any_io_executor executor;
    std::vector<Node> sent;
    stanza::Iq iq{executor, [this](Node node) -> Status {
                      sent.push_back(std::move(node));
                      return {};
                  }};

    explicit Wire(boost::asio::io_context& io) : executor{io.get_executor()} {}

    /// Starts a question; its answer lands in `answer`.
    void ask(std::optional<Result<Node>>& answer, std::chrono::milliseconds limit = 1s) {
        auto question = [](Wire& wire, std::optional<Result<Node>>& out, std::chrono::milliseconds time
                        ) -> asio::awaitable<void> {
            Node request = stanza::iq_get("w:p", {});
            out.emplace(co_await wire.iq.ask_node(std::move(request), time));
        };
        asio::co_spawn(executor, question(*this, answer, limit), asio::detached);
    }

    Node reply(std::size_t to, std::string_view type) const {
        return Node{"iq", {{"id", sent.at(to).text("id")}, {"type", type}, {"from", Jid::whatsapp_server()}}};
    }
};

}  // namespace

TEST_CASE("iq: answers reach the question with their id, in any order", "[stanza]") {
    boost::asio::io_context io;
    Wire wire{io};
    std::optional<Result<Node>> first;
    std::optional<Result<Node>> second;
    wire.ask(first);
    wire.ask(second);
    io.poll();
    REQUIRE(wire.sent.size() == 2);
    CHECK(wire.sent[0].text("id") != wire.sent[1].text("id"));
    Node late = wire.reply(1, "result");
    late.set("mark", "second");
    CHECK(wire.iq.complete(late));
    CHECK(wire.iq.complete(wire.reply(0, "result")));
    CHECK_FALSE(wire.iq.complete(Node{"iq", {{"id", "never-asked"}}}));
    io.run();
    REQUIRE((first && *first && second && *second));
    CHECK((*second)->text("mark") == "second");
}

TEST_CASE("iq: error answers become errors that can be told apart", "[stanza]") {
    for (const auto& [code, wanted] :
         {std::pair{"404", stanza::Errc::item_not_found},
          std::pair{"429", stanza::Errc::rate_limited},
          std::pair{"777", stanza::Errc::other_error}}) {
        boost::asio::io_context io;
        Wire wire{io};
        std::optional<Result<Node>> answer;
        wire.ask(answer);
        io.poll();
        Node refusal = wire.reply(0, "error");
        refusal.add(Node{"error", {{"code", code}, {"text", "because"}}});
        wire.iq.complete(refusal);
        io.run();
        REQUIRE(answer);
        REQUIRE_FALSE(*answer);
        CHECK(answer->error() == wanted);
    }
}

TEST_CASE("iq: silence and a lost connection end every wait", "[stanza]") {
    boost::asio::io_context io;
    Wire wire{io};
    std::optional<Result<Node>> silent;
    std::optional<Result<Node>> cut;
    std::optional<Result<Node>> late;
    wire.ask(silent, 10ms);
    wire.ask(cut, 1h);
    io.run_for(50ms);
    REQUIRE(silent);
    CHECK(silent->error() == stanza::Errc::no_answer);
    CHECK_FALSE(cut);
    wire.iq.disconnect();
    wire.ask(late);
    io.restart();
    io.run();
    REQUIRE((cut && late));
    CHECK(cut->error() == stanza::Errc::disconnected);
    CHECK(late->error() == stanza::Errc::disconnected);
}

TEST_CASE("keep-alive: a connection that stops answering is dead after the misses allowed", "[stanza]") {
    boost::asio::io_context io;
    Wire wire{io};
    int alive = 0;
    std::optional<Status> ended;
    auto watch = [](Wire& on, int& count, std::optional<Status>& out) -> asio::awaitable<void> {
        stanza::KeepAliveOptions options;
        options.interval_min = options.interval_max = 5ms;
        options.answer_limit = 20ms;
        out.emplace(co_await stanza::keep_alive(on.iq, options, [&count] { ++count; }));
    };
    asio::co_spawn(io, watch(wire, alive, ended), asio::detached);
    std::size_t answered = 0;
    while (answered < 3) {
        io.run_one();
        if (wire.sent.size() > answered) wire.iq.complete(wire.reply(answered++, "result"));
    }
    io.run();
    REQUIRE(ended);
    CHECK(ended->error() == stanza::Errc::no_answer);
    CHECK(alive == 3);
    CHECK(wire.sent.size() == 5);
}

TEST_CASE("acks: copy what the stanza says, and no type for messages", "[stanza]") {
    const Jid ada{"200000000000002", "lid", 7};
    Node receipt{
        "receipt", {{"id", "R"}, {"from", ada}, {"type", "retry"}, {"participant", ada}, {"recipient", ada.bare()}}};
    const Node ack = stanza::ack_for(receipt);
    CHECK(ack.text("class") == "receipt");
    CHECK(ack.jid("to") == ada);
    CHECK(ack.text("type") == "retry");
    CHECK(ack.jid("participant") == ada);
    CHECK(ack.jid("recipient") == ada.bare());
    Node message{"message", {{"id", "M"}, {"from", ada}, {"type", "text"}}};
    CHECK_FALSE(stanza::ack_for(message).has("type"));
    CHECK(stanza::ack_for(message, 488).text("error") == "488");
    Node identity{"notification", {{"id", "N"}, {"from", ada}, {"type", "encrypt"}}};
    CHECK(stanza::ack_for(identity).text("type") == "encrypt");
    identity.add(Node{"identity"});
    CHECK_FALSE(stanza::ack_for(identity).has("type"));
}

}  // namespace tests::stanza
