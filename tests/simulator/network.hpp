/// A server without sockets for tests: its executor is run by hand until nothing is left to do.
#pragma once

#include "tests/simulator/server.hpp"

#include <boost/asio/io_context.hpp>

namespace simulator {

struct Network {
    common::asio::io_context io{1};
    common::FakeClock clock{common::UnixMillis{std::chrono::seconds{1'790'000'000}}};
    Server server{io.get_executor(), NoiseIdentity::generate(), clock};

    Phone& phone(std::string_view number) { return server.phone_of(server.add_account(number, "")); }
    Account& account(std::string_view number) { return server.add_account(number, ""); }
    /// Until every stanza has arrived.
    void settle() {
        io.restart();
        io.run();
    }
};

/// The texts a phone opened that it did not write itself.
inline std::vector<std::string> texts(const Phone& phone) {
    std::vector<std::string> found;
    for (const PhoneMessage& message : phone.messages()) {
        if (!message.from_me) found.push_back(message.text);
    }
    return found;
}

}  // namespace simulator
