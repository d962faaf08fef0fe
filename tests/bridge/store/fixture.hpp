/// A store in a folder of its own, and coroutines run to their end on the spot.
#pragma once

#include "bridge/store/store.hpp"
#include "common/clock/clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bridge::store {

/// Removed with everything in it at the end of the test.
class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "store-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/// Runs `task` on a fresh io_context until it is done.
template <class T>
T run(common::asio::awaitable<T> task) {
    common::asio::io_context io;
    std::optional<T> result;
    auto keep = [&](std::exception_ptr failure, T value) {
        if (failure) std::rethrow_exception(failure);
        result.emplace(std::move(value));
    };
    common::asio::co_spawn(io, std::move(task), keep);
    io.run();
    REQUIRE(result);
    return std::move(*result);
}

/// Runs it and takes the value; a failure fails the test.
template <class T>
T value_of(common::asio::awaitable<Result<T>> task) {
    Result<T> result = run(std::move(task));
    INFO((result ? std::string{} : result.error().message()));
    REQUIRE(result.has_value());
    return std::move(*result);
}

inline UnixTime at(std::int64_t seconds) { return UnixTime{std::chrono::seconds{seconds}}; }

struct Fixture {
    Folder folder;
    common::FakeClock clock{common::UnixMillis{std::chrono::milliseconds{1'700'000'000'000}}};
    std::unique_ptr<Store> store = open();

    std::unique_ptr<Store> open() {
        Options options;
        options.path = folder.file("messages.db");
        auto opened = Store::open(std::move(options), clock);
        INFO((opened ? std::string{} : opened.error().message()));
        REQUIRE(opened.has_value());
        return std::move(*opened);
    }
    void reopen() {
        store.reset();
        store = open();
    }

    std::size_t apply(std::vector<Change> changes) { return value_of(store->apply(std::move(changes))); }

    std::vector<contract::Event> events(std::int64_t after = 0) { return value_of(store->events_after(after, 1000)); }
    std::vector<std::string> event_types(std::int64_t after = 0) {
        std::vector<std::string> types;
        for (const auto& event : events(after)) types.push_back(event.type);
        return types;
    }
};

inline const Party ada{"15550000001@s.whatsapp.net", ""};
inline const Party ada_lid{"", "100000000000001@lid"};
inline const Party ada_both{"15550000001@s.whatsapp.net", "100000000000001@lid"};
inline const Party bob{"15550000002@s.whatsapp.net", ""};
inline const Party me{"15559999999@s.whatsapp.net", ""};
inline const Party group{"120363000000000001@g.us", ""};

/// A text that `from` wrote in the direct chat with them.
inline AddMessage text_from(
    const Party& from, const std::string& id, const std::string& text, std::int64_t time = 1'700'000'000
) {
    AddMessage message;
    message.chat = from;
    message.sender = from;
    message.id = id;
    message.time = at(time);
    message.text = text;
    message.status = "received";
    message.count_unread = true;
    return message;
}

/// A text of ours to `to`.
inline AddMessage text_to(
    const Party& to, const std::string& id, const std::string& text, std::int64_t time = 1'700'000'000
) {
    AddMessage message = text_from(to, id, text, time);
    message.sender = me;
    message.from_me = true;
    message.status = "queued";
    message.count_unread = false;
    return message;
}

}  // namespace bridge::store
