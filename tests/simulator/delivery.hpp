/// Getting stanzas to devices: at once, or from their queues once they ask, again until they confirm (protocol part
/// 2, 11.5).
#pragma once

#include "common/async/async.hpp"
#include "tests/simulator/faults.hpp"
#include "tests/simulator/node_log.hpp"
#include "tests/simulator/registry.hpp"

#include <functional>

namespace simulator {

class Delivery {
public:
    /// What a scripted phone does with a stanza; called from the executor, never from inside `deliver`.
    using PhoneSink = std::function<void(const std::string& phone, const Node& stanza)>;

    Delivery(common::asio::any_io_executor executor, Registry& registry, const Faults& faults, NodeLog& log);

    void set_phone_sink(PhoneSink sink) { sink_ = std::move(sink); }

    /// An answer on a connection; lost when the device is held or gone.
    void answer(const Account& account, Device& device, const Node& node);
    /// A stanza the device must confirm: sent now if it is active, kept until confirmed. Device 0 gets it without a
    /// queue.
    void deliver(Account& account, Device& device, Node stanza);
    /// After `<active/>`: preview, everything queued with `offline`, end mark.
    void start(const Account& account, Device& device);
    /// Lets a held device hear again: what waited is sent.
    void release(const Account& account, Device& device);
    /// An ack or receipt of the device takes what it names out of its queue.
    void confirm(Device& device, const Node& confirmation);
    /// Takes a connection away from its device.
    static void disconnected(Device& device);

private:
    void send_queued(const Account& account, Device& device, Queued& entry, const std::string& offline);

    common::asio::any_io_executor executor_;
    Registry& registry_;
    const Faults& faults_;
    NodeLog& log_;
    PhoneSink sink_;
};

}  // namespace simulator
