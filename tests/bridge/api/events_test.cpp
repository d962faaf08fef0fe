#include "bridge/api/detail/event_text.hpp"
#include "tests/bridge/api/fixture.hpp"

namespace tests::api {
namespace {

struct Events : Fixture {
    Events() {
        apply({text_from(maya, "M1", "Good morning", 1'760'000'000)});
        apply({text_from(omar, "O1", "Hello", 1'760'000'060)});
    }
    /// What follows `target` until there was one write.
    std::string first_write(const std::string& target, std::string last_event_id = "") {
        FakeStream stream;
        follow(target, stream, std::move(last_event_id));
        CHECK(stream.started == "200 text/event-stream");
        return stream.written;
    }
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("an event is three fields and an empty line", "[api]") {
    CHECK(
        api::detail::event_text({7, "message", "", R"({"id":"M1"})"}) ==
        "id: 7\nevent: message\ndata: {\"id\":\"M1\"}\n\n"
    );
    CHECK(
        api::detail::event_text({7, "x", "", "{\n\"a\":1\r\n}"}) ==
        "id: 7\nevent: x\ndata: {\ndata: \"a\":1\ndata: }\n\n"
    );
}

TEST_CASE("the stream gives what came after the cursor, in order", "[api]") {
    Events events;
    const std::string all = events.first_write("/api/events?after=0");
    CHECK(count(all, "event: message\n") == 2);
    CHECK(all.find("Good morning") < all.find("Hello"));
    CHECK(all.find("id: 1\n") != std::string::npos);

    const std::int64_t newest = events.messages->newest_seq();
    const std::string last = events.first_write("/api/events?after=" + std::to_string(newest - 1));
    CHECK(count(last, "\nid: ") == 1);
    CHECK(last.find("id: " + std::to_string(newest) + "\n") != std::string::npos);
}

TEST_CASE("Last-Event-ID wins over after", "[api]") {
    Events events;
    const std::string newest = std::to_string(events.messages->newest_seq());
    CHECK(count(events.first_write("/api/events?after=0", newest), "event: ") == 0);
    CHECK(count(events.first_write("/api/events?after=0", "nonsense"), "event: message\n") == 2);
}

TEST_CASE("the stream is filtered by type and by either address of a chat", "[api]") {
    Events events;
    const std::string chats = events.first_write("/api/events?after=0&types=chat,contact");
    CHECK(count(chats, "event: message\n") == 0);
    for (const char* chat : {"15550001111@s.whatsapp.net", "100000000000001@lid", "15550001111"}) {
        INFO(chat);
        const std::string mayas = events.first_write("/api/events?after=0&types=message&chat=" + std::string{chat});
        CHECK(count(mayas, "event: message\n") == 1);
        CHECK(mayas.find("Good morning") != std::string::npos);
    }
}

TEST_CASE("without a cursor the stream begins now and goes on live", "[api]") {
    Events events;
    FakeStream stream;
    stream.leave_after = 100;
    stream.on_write = [&](std::size_t writes) {
        if (writes > 1 && stream.written.find("Later") != std::string::npos) stream.leave_after = writes;
        if (writes != 1) return;
        auto changes = std::vector<store::Change>{Fixture::text_from(maya, "M2", "Later", 1'760'000'100)};
        asio::co_spawn(events.io, events.messages->apply(std::move(changes)), [](std::exception_ptr, auto) {});
    };
    events.follow("/api/events?types=message", stream);
    CHECK(stream.written.find("Good morning") == std::string::npos);
    CHECK(stream.written.find("Later") != std::string::npos);
}

TEST_CASE("a silent stream gives a sign of life", "[api]") {
    Events events;
    FakeStream stream;
    stream.leave_after = 3;
    events.follow("/api/events", stream);
    CHECK(stream.written == "retry: 2000\n\n: still here\n\n: still here\n\n");
}

TEST_CASE("a cursor that does not fit is refused", "[api]") {
    Events events;
    FakeStream stream;
    const auto future = events.follow("/api/events?after=999999", stream);
    CHECK(future.status == 410);
    CHECK(json_of(future).root()["oldest"].integer() == events.messages->newest_seq());
    const auto wrong = events.follow("/api/events?after=-1", stream);
    CHECK(wrong.status == 422);
    CHECK(detail_of(wrong) == "after: must be the sequence number of an event");
    CHECK(events.follow("/api/events?after=x", stream).status == 422);
    CHECK(stream.started.empty());
}

TEST_CASE("when the log is closed, followers end and new ones are sent away", "[api]") {
    Events events;
    FakeStream stream;
    stream.leave_after = 100;
    stream.on_write = [&](std::size_t) { events.event_log.close(); };
    events.follow("/api/events?after=0", stream);
    CHECK(stream.writes == 1);
    FakeStream late;
    const auto answer = events.follow("/api/events?after=0", late);
    CHECK(answer.status == 503);
    CHECK(late.started.empty());
}

}  // namespace tests::api
