/// A scripted person's phone: device 0 of an account with a real Signal endpoint. Writes, reads, asks again, answers
/// retries.
#pragma once

#include "bridge/whatsapp/signal/signal.hpp"
#include "common/clock/clock.hpp"
#include "tests/simulator/router.hpp"
#include "tests/support/memory_storage.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace simulator {

/// A text the phone wrote or received, or that one of its companions wrote.
struct PhoneMessage {
    std::uint64_t seq{0};
    std::string id;
    std::string from;  ///< phone number
    std::uint16_t from_device{0};
    std::string to;  ///< phone number
    bool from_me{false};
    std::string text;
    std::uint64_t timestamp{0};
};

struct PhoneReceipt {
    std::uint64_t seq{0};
    std::string id;
    std::string from;  ///< phone number
    std::uint16_t device{0};
    std::string type;  ///< "" is delivered
    std::uint64_t timestamp{0};
};

struct PhoneCounters {
    std::uint64_t undecryptable{0};
    std::uint64_t retries_sent{0};
    std::uint64_t retries_answered{0};
};

class Phone {
public:
    /// Called for each text that arrives from somebody else.
    using OnText = std::function<void(const PhoneMessage& message)>;

    Phone(Registry& registry, Router& router, const common::Clock& clock, Account& account);

    void receive(const Node& stanza);
    /// The message id: `id`, or a fresh one when that is empty.
    common::Result<std::string> send_text(Account& to, const std::string& text, std::string id);
    void read(const Account& from, const std::vector<std::string>& ids);
    /// Replaces the session with that device by one that only this side knows: the next messages cannot be opened
    /// there.
    common::Status wreck_session(const Account& owner, std::uint16_t device);
    /// As after a new installation: new identity, keys, and no sessions.
    void change_identity();
    void set_on_text(OnText callback) { on_text_ = std::move(callback); }

    const std::vector<PhoneMessage>& messages() const noexcept { return messages_; }
    const std::vector<PhoneReceipt>& receipts() const noexcept { return receipts_; }
    const PhoneCounters& counters() const noexcept { return counters_; }

private:
    struct Sent {
        std::string to;  ///< phone number
        std::string text;
    };

    void install();
    void publish_keys();
    void top_up();
    void receive_message(const Node& stanza);
    void receive_receipt(const Node& stanza);
    /// The padded plaintext of the stanza's encryption, or why there is none.
    common::Result<Bytes> open(const Node& stanza, const Account& sender, std::uint16_t device);
    void accept(const Node& stanza, const Account& sender, std::uint16_t device, ByteView plaintext);
    void keep(PhoneMessage message);
    void ask_again(const Node& stanza, const Account& sender, std::uint16_t device);
    void answer_retry(const Node& receipt, Account& requester, std::uint16_t device);
    common::Result<Node> encrypt_for(Account& owner, Device& device, ByteView plaintext, bool fresh_session);
    Bytes content_for(const Account& owner, const Sent& sent) const;
    std::uint64_t now() const;

    Registry& registry_;
    Router& router_;
    const common::Clock& clock_;
    Account& account_;
    std::unique_ptr<tests::support::MemoryStorage> storage_;
    std::unique_ptr<bridge::whatsapp::signal::Cipher> cipher_;
    std::vector<PhoneMessage> messages_;
    std::vector<PhoneReceipt> receipts_;
    std::set<std::pair<std::string, std::string>> known_;  ///< (sender phone, id) of what arrived
    std::map<std::string, Sent> sent_;                     ///< by id
    std::map<std::pair<std::string, std::string>, int> asked_again_;
    PhoneCounters counters_;
    OnText on_text_;
};

}  // namespace simulator
