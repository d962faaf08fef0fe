/// Where messages, receipts, presence and chat states go (protocol part 2, sections 11.1 to 11.4).
#pragma once

#include "common/clock/clock.hpp"
#include "tests/simulator/delivery.hpp"

namespace simulator {

class Router {
public:
    Router(
        common::asio::any_io_executor executor,
        Registry& registry,
        Delivery& delivery,
        Faults& faults,
        const common::Clock& clock
    );

    void message(Account& sender, Device& from, const Node& node);
    void receipt(Account& sender, Device& from, const Node& node);
    void presence(Account& sender, Device& from, const Node& node);
    void chat_state(Account& sender, const Node& node);
    /// A notification of the server's own, with id and time, queued until acked; from `about`, or from the server.
    void notify(Account& target, Device& device, std::string_view type, const Jid& about, Node content);
    /// The devices of `account` changed: its other devices and its contacts hear of it.
    void announce_device(Account& account, std::string_view operation, std::uint16_t device, std::uint32_t key_index);

private:
    Node copy_for(
        const Account& sender,
        const Device& from,
        const Account& recipient,
        const Node& original,
        const Node& enc,
        bool own
    );
    /// One encrypted copy on its way to the device that `target` names.
    void route_copy(
        Account& sender, Device& from, Account& recipient, const Node& original, const Jid& target, const Node& enc
    );
    void acknowledge(Account& account, Device& device, const Node& message, int error, const std::string& phash);
    std::string missing_devices(
        const Account& sender, const Device& from, const Account& recipient, const Node& message
    );
    void send_presence(const Account& about, Account& watcher, Device& device);
    std::string now() const;

    common::asio::any_io_executor executor_;
    Registry& registry_;
    Delivery& delivery_;
    Faults& faults_;
    const common::Clock& clock_;
    std::uint64_t last_notification_{0};
};

}  // namespace simulator
