/// A scripted person's phone: device 0 of an account with a real Signal endpoint. Writes any content to people, groups,
/// lists and as status; reads, asks again, answers retries.
#pragma once

#include "bridge/whatsapp/signal/signal.hpp"
#include "common/clock/clock.hpp"
#include "tests/simulator/phone_media.hpp"
#include "tests/simulator/router.hpp"
#include "tests/support/memory_storage.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace simulator {

/// A message the phone wrote or received, or that one of its companions wrote.
struct PhoneMessage {
    std::uint64_t seq{0};
    std::string id;
    std::string from;  ///< phone number
    std::uint16_t from_device{0};
    std::string to;  ///< phone number; "" outside of chats between two
    Jid chat;        ///< group, status or list; else the other person's PN
    bool from_me{false};
    std::string kind;  ///< name of the content's kind: "text", "image", "poll_vote" ...
    std::string text;  ///< the text, caption or what describes the content
    Bytes message;     ///< wa.e2e.Message without wrappers
    std::uint64_t timestamp{0};
};

struct PhoneReceipt {
    std::uint64_t seq{0};
    std::string id;
    std::string from;  ///< phone number
    std::uint16_t device{0};
    std::string type;  ///< "" is delivered
    Jid chat;          ///< empty outside of groups and status
    std::uint64_t timestamp{0};
};

struct PhoneCounters {
    std::uint64_t undecryptable{0};
    std::uint64_t retries_sent{0};
    std::uint64_t retries_answered{0};
};

enum class PhoneErrc { no_member = 1, only_admins, no_chat, not_a_message };
common::ErrcInfo describe(PhoneErrc code) noexcept;

/// What a phone is to send.
struct Outgoing {
    Jid chat;                           ///< a person (the address space is used as it is), group, status or list
    Bytes message;                      ///< wa.e2e.Message
    std::string id;                     ///< "" for a fresh one
    std::vector<std::string> audience;  ///< phones, for status and lists
};

/// How a phone answers when a companion asks for a message that it could not open or did not get.
enum class Placeholders { resend, unknown, silent };

class Phone {
public:
    /// Called for each message that arrives from somebody else.
    using OnMessage = std::function<void(const PhoneMessage& message)>;

    Phone(Registry& registry, Router& router, media::Host& media, const common::Clock& clock, Account& account);

    void receive(const Node& stanza);
    /// The message id.
    common::Result<std::string> send(Outgoing outgoing);
    common::Result<std::string> send_text(const Account& to, const std::string& text, std::string id);
    /// A receipt that the messages were read (or played): `author` is needed in groups and for status.
    void read(const Jid& chat, const Account* author, const std::vector<std::string>& ids, const std::string& type);
    /// Replaces the session with that device by one that only this side knows: the next messages cannot be opened
    /// there.
    common::Status wreck_session(const Account& owner, std::uint16_t device);
    /// Forgets the sender key that it has of that device: the next message of the group cannot be opened here.
    common::Status forget_sender_key(const Jid& group, const Account& owner, std::uint16_t device);
    /// As after a new installation: new identity, keys, and no sessions.
    void change_identity();
    /// The other side of that chat is told that somebody is typing ("composing"), recording or not any more ("paused").
    void show_typing(const Jid& chat, std::string_view state);
    void set_placeholders(Placeholders how) { placeholders_ = how; }
    /// How it answers when a companion asks for a file again.
    void set_reupload(Reupload how) { reupload_ = how; }
    void set_on_message(OnMessage callback) { on_message_ = std::move(callback); }

    const std::string& number() const noexcept { return account_.phone; }
    std::optional<std::string> number_of(const Jid& jid) const;
    /// The bare address that a person has in a chat.
    Jid address_in(const Jid& chat, std::string_view number) const;
    std::uint64_t now() const;
    /// Null when there is none.
    const PhoneMessage* find_message(const std::string& id) const;
    const std::vector<PhoneMessage>& messages() const noexcept { return messages_; }
    const std::vector<PhoneReceipt>& receipts() const noexcept { return receipts_; }
    const PhoneCounters& counters() const noexcept { return counters_; }

private:
    struct Target {
        Account* owner{nullptr};
        std::uint16_t device{0};
    };
    using Targets = std::vector<Target>;

    void install();
    void publish_keys();
    void top_up();

    // Receiving.
    void receive_message(const Node& stanza);
    void receive_receipt(const Node& stanza);
    /// The padded plaintext of the content, or why there is none. Sender keys that come along are taken.
    common::Result<Bytes> open(const Node& stanza, const Account& sender, std::uint16_t device);
    common::Result<Bytes> open_pairwise(
        const Node& stanza, const Node& enc, const Account& sender, std::uint16_t device
    );
    void take_sender_key(const Jid& address, ByteView plaintext);
    void accept(const Node& stanza, const Account& sender, std::uint16_t device, ByteView plaintext);
    void keep(PhoneMessage message);
    /// A request of an own companion.
    void answer_peer(const Node& stanza, std::uint16_t device, ByteView message);
    void send_peer(std::uint16_t device, ByteView message);
    void ask_again(const Node& stanza, const Account& sender, std::uint16_t device);
    void answer_retry(const Node& receipt, Account& requester, std::uint16_t device);
    void answer_lost_file(const Node& receipt, std::uint16_t device);

    // Sending.
    common::Result<Node> seal(const Outgoing& outgoing, const Node& blank);
    common::Result<Node> send_to_person(const Outgoing& outgoing, const Node& blank);
    common::Result<Node> send_to_group(const Outgoing& outgoing, const Node& blank);
    common::Result<Node> send_status(const Outgoing& outgoing, const Node& blank);
    common::Result<Node> send_to_list(const Outgoing& outgoing, const Node& blank);
    /// The stanza without encryptions: what the content asks for.
    Node blank_stanza(const Outgoing& outgoing) const;
    /// Every device of these people but this one.
    Targets devices_of(const std::vector<Account*>& people) const;
    /// `<participants>` with `plaintext` sealed for each; devices that cannot be reached are left out.
    Node sealed_for(const Targets& targets, Space space, ByteView plaintext, const Outgoing& outgoing);
    /// Seals for many: the sender key to those of `targets` that lack it, then the shared message.
    common::Status add_shared(Node& stanza, const Outgoing& outgoing, const Targets& targets, Space space);
    common::Result<Node> encrypt_for(Account& owner, Device& device, ByteView plaintext, bool fresh_session);
    /// What a device of `owner` gets pairwise: own devices are told the chat inside.
    Bytes content_for(const Account& owner, const Outgoing& sent) const;

    Registry& registry_;
    Router& router_;
    media::Host& media_;
    const common::Clock& clock_;
    Account& account_;
    std::unique_ptr<tests::support::MemoryStorage> storage_;
    std::unique_ptr<bridge::whatsapp::signal::Cipher> cipher_;
    std::vector<PhoneMessage> messages_;
    std::map<std::string, std::size_t> index_;  ///< into `messages_`, by id
    std::vector<PhoneReceipt> receipts_;
    std::set<std::pair<std::string, std::string>> known_;  ///< (sender phone, id) of what arrived
    std::map<std::string, Outgoing> sent_;                 ///< by id
    std::map<std::pair<std::string, std::string>, int> asked_again_;
    std::map<Jid, std::set<Jid>> key_holders_;  ///< by chat: devices (LID) that have this phone's sender key
    Reupload reupload_{Reupload::renew};
    Placeholders placeholders_{Placeholders::resend};
    PhoneCounters counters_;
    OnMessage on_message_;
};

}  // namespace simulator
