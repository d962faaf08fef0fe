/// One part of the client, on a connection that the test answers: storage in memory, everything on one io_context.
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "tests/support/memory_storage.hpp"
#include "tests/support/print.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tests::client {

namespace asio = common::asio;
namespace client = bridge::whatsapp::client;
namespace events = bridge::whatsapp::events;
namespace stanza = bridge::whatsapp::stanza;
namespace storage = bridge::whatsapp::storage;
using bridge::whatsapp::Jid;
using bridge::whatsapp::Node;
using common::Result;
using common::Status;

/// Keeps what it is told.
class KeepingSink final : public client::Sink {
public:
    asio::awaitable<Status> store(std::vector<events::Happening> happenings) override {
        for (auto& one : happenings) stored.push_back(std::move(one));
        co_return Status{};
    }
    asio::awaitable<Result<std::optional<client::KnownMessage>>> find_message(Jid chat, std::string id) override {
        const auto found = messages.find({chat, id});
        co_return found == messages.end() ? std::nullopt : std::optional{found->second};
    }
    void link_changed(const client::LinkStatus&) override {}

    std::vector<events::Happening> stored;
    std::map<std::pair<Jid, std::string>, client::KnownMessage> messages;
};

inline storage::Account linked_account() {
    storage::Account account;
    account.registration_id = 77;
    account.noise = common::crypto::KeyPair::generate();
    account.identity = common::crypto::KeyPair::generate();
    account.signed_pre_key.pair = common::crypto::KeyPair::generate();
    account.jid = Jid{"15550001111", "s.whatsapp.net", 2};
    account.lid = Jid{"100000000000001", "lid", 2};
    return account;
}

struct Part {
    using Answer = std::function<Node(const Node& question)>;

    boost::asio::io_context io;
    support::MemoryStorage storage;
    common::FakeClock clock{common::UnixMillis{std::chrono::milliseconds{1'760'000'000'000}}};
    KeepingSink sink;
    client::Core core{io.get_executor(), io.get_executor(), storage, clock, sink, client::Options{}};
    std::vector<Node> asked;  ///< IQs, in order
    Answer answer;            ///< children and type of the answer; id and sender are added
    stanza::Iq iq{io.get_executor(), [this](Node node) { return take(std::move(node)); }};

    Part() {
        core.account = linked_account();
        core.iq = &iq;
    }

    template <class T>
    T run(asio::awaitable<T> task) {
        std::optional<T> result;
        auto keep = [&](std::exception_ptr failure, T value) {
            if (failure) std::rethrow_exception(failure);
            result.emplace(std::move(value));
        };
        asio::co_spawn(io, std::move(task), keep);
        io.restart();
        while (!result && io.run_one() > 0) {
        }
        REQUIRE(result);
        return std::move(*result);
    }

private:
    Status take(Node node) {
        asked.push_back(node);
        Node reply = answer(node);
        reply.tag = "iq";
        reply.set("id", node.text("id"));
        reply.set("from", Jid::whatsapp_server());
        asio::post(io, [this, reply = std::move(reply)] { iq.complete(reply); });
        return {};
    }
};

inline Node result_with(Node child) {
    Node reply{"iq", {{"type", "result"}}};
    reply.add(std::move(child));
    return reply;
}

inline Node error_with(std::string_view code) {
    Node reply{"iq", {{"type", "error"}}};
    reply.add(Node{"error", {{"code", code}}});
    return reply;
}

}  // namespace tests::client
