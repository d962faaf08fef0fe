/// Where messages, receipts, presence and chat states go (protocol part 2, sections 11.1 to 11.4).
#pragma once

#include "common/clock/clock.hpp"
#include "tests/simulator/delivery.hpp"

#include <map>
#include <optional>

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
    /// Those who watch that account are told whether it is there.
    void announce_presence(Account& about);
    /// A notification of the server's own, with id and time, queued until acked; from `about`, or from the server.
    void notify(Account& target, Device& device, std::string_view type, const Jid& about, Node content);
    /// The same, whole: id and time are put in unless it has them.
    void notify(Account& target, Device& device, Node notification);
    /// To all companions of all who know that account.
    /// To all companions of an account but one.
    void notify_own(Account& account, std::string_view type, const Node& content, const Device* except = nullptr);
    void notify_acquaintances(const Account& account, std::string_view type, const Node& content);
    /// The devices of `account` changed: its other devices and its acquaintances hear of it.
    void announce_device(Account& account, std::string_view operation, std::uint16_t device, std::uint32_t key_index);

private:
    /// Whom a message to many goes to.
    struct Audience {
        Jid chat;
        Space space{Space::lid};
        std::vector<Account*> people;
    };
    /// Receipts of one message that go out together.
    struct Collected {
        std::string author;  ///< phone
        Node receipt;
        std::map<std::string, Node::Nodes> users;  ///< by message id
    };

    void user_message(Account& sender, Device& from, const Node& node);
    void group_message(Account& sender, Device& from, const Node& node, Group& group);
    void broadcast_message(Account& sender, Device& from, const Node& node);
    /// False when the id was seen before and nothing asks for the message again: acknowledged, done.
    bool is_fresh(Account& sender, Device& from, const Node& node);
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
    /// What own companions are told of a broadcast list: whom it went to.
    static void add_recipients(Node& copy, const Account& sender, const Audience& audience);
    void fan_out(Account& sender, Device& from, const Node& original, const Audience& audience);
    void resend_to(Account& sender, Device& from, const Node& original, const Audience& audience, const Jid& requester);
    /// The stanza for one device of an audience, without encryptions.
    Node group_copy(const Account& sender, const Device& from, const Node& original, const Audience& audience);
    void deliver_in_group(const Jid& chat, Account& owner, Device& device, Node copy, bool has_skdm);
    Audience broadcast_audience(Account& sender, const Node& node);
    void acknowledge(Account& account, Device& device, const Node& message, int error, const std::string& phash);
    std::string missing_devices(
        const Account& sender, const Device& from, const Account& recipient, const Node& message
    );

    void acknowledge_receipt(Account& sender, Device& from, const Node& node);
    void user_receipt(Account& sender, Device& from, const Node& node, Account& target);
    void group_receipt(Account& sender, Device& from, const Node& node);
    void collect(Account& author, const Node& receipt);
    void flush_collected();

    void send_presence(const Account& about, Account& watcher, Device& device);
    bool lacks_token(const Account& sender, const Account& recipient, const Node& message) const;
    /// Fault `withhold_next`: what a companion gets instead of the encryptions.
    void withhold(Node& copy, const Account& owner, const Device& device);
    std::uint64_t seconds() const { return static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()); }
    std::string now() const { return std::to_string(seconds()); }

    common::asio::any_io_executor executor_;
    Registry& registry_;
    Delivery& delivery_;
    Faults& faults_;
    const common::Clock& clock_;
    std::uint64_t last_notification_{0};
    std::map<std::string, Node> late_;  ///< by device and group: waits for the next message (fault `late_skdm`)
    std::map<std::string, Collected> collected_;
    bool flush_planned_{false};
    std::string withheld_id_;
};

}  // namespace simulator
