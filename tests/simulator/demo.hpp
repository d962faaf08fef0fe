/// The demo network: invented people who keep writing to the account that is linked, and answer what it writes.
#pragma once

#include "common/clock/clock.hpp"
#include "tests/simulator/server.hpp"

#include <deque>
#include <map>
#include <string>

namespace simulator {

class Demo {
public:
    /// The account that `./run` links the bridge to.
    static constexpr std::string_view owner_phone = "15550001000";

    Demo(common::asio::any_io_executor executor, Server& server, const common::Clock& clock);
    /// Talks, with pauses of two to six seconds, once the owner has a companion; until cancelled.
    common::asio::awaitable<void> run();

private:
    struct Person {
        std::string phone;
        std::string name;
        std::vector<std::string> lines;    ///< what they say, in order, again and again
        std::vector<std::string> answers;  ///< what they say when they are written to
        std::size_t next_line{0};
        std::size_t next_answer{0};
    };
    struct Pending {
        std::string phone;       ///< who will answer
        std::string message_id;  ///< to be read first
        common::UnixMillis at;
    };

    static std::vector<Person> cast();
    void say(Person& person, const std::string& text);
    void answer_due();

    Server& server_;
    const common::Clock& clock_;
    std::vector<Person> people_;
    std::deque<Pending> pending_;
};

}  // namespace simulator
