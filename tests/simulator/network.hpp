/// A server without sockets for tests: its executor is run by hand until nothing is left to do.
#pragma once

#include "tests/simulator/server.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>

namespace simulator {

struct Network {
    common::asio::io_context io{1};
    common::FakeClock clock{common::UnixMillis{std::chrono::seconds{1'790'000'000}}};
    tests::support::TempFolder folder;
    media::Host media{io.get_executor(), folder.file("media")};
    Server server{io.get_executor(), NoiseIdentity::generate(), media, clock};

    Phone& phone(std::string_view number) { return server.phone_of(server.add_account(number, "")); }
    Account& account(std::string_view number) { return server.add_account(number, ""); }
    /// A linked companion that is never connected: everything for it waits in its queue. It has no pre-keys.
    Device& add_companion(std::string_view number, std::uint16_t device_number = 1);
    /// What waits for that companion, and forgets it.
    std::vector<Node> take_queue(std::string_view number, std::uint16_t device_number = 1);
    /// Until every stanza has arrived.
    void settle() {
        io.restart();
        io.run();
    }
};

inline Device& Network::add_companion(std::string_view number, std::uint16_t device_number) {
    namespace crypto = common::crypto;
    Device device;
    device.number = device_number;
    const auto identity = crypto::KeyPair::generate();
    const auto signed_key = crypto::KeyPair::generate();
    device.keys.identity = identity.public_key;
    device.keys.registration_id = 7;
    device.keys.signed_id = 1;
    device.keys.signed_key = common::to_bytes(ByteView{signed_key.public_key});
    const auto signature = crypto::xeddsa_sign(identity.private_key, crypto::prefixed(signed_key.public_key));
    device.keys.signature = common::to_bytes(ByteView{signature});
    return account(number).devices.insert_or_assign(device_number, std::move(device)).first->second;
}

inline std::vector<Node> Network::take_queue(std::string_view number, std::uint16_t device_number) {
    std::vector<Node> stanzas;
    for (Queued& entry : account(number).devices.at(device_number).queue) stanzas.push_back(std::move(entry.stanza));
    account(number).devices.at(device_number).queue.clear();
    return stanzas;
}

/// The texts a phone opened that it did not write itself.
inline std::vector<std::string> texts(const Phone& phone) {
    std::vector<std::string> found;
    for (const PhoneMessage& message : phone.messages()) {
        if (!message.from_me) found.push_back(message.text);
    }
    return found;
}

}  // namespace simulator
