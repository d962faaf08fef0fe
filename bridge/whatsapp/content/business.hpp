/// Contents of businesses and of the app itself: choices and answers, commerce, invitations, calls (protocol part 2,
/// sections 7.10 and 7.11). Mostly received.
#pragma once

#include "bridge/whatsapp/content/context.hpp"
#include "bridge/whatsapp/content/media.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge::whatsapp::content {

enum class ChoiceForm { buttons, list, template_, interactive };

/// One thing to touch.
struct Choice {
    enum class Action { reply, url, call, flow };
    Action action{Action::reply};
    std::string id;  ///< what the answer names; of a flow its name
    std::string label;
    std::string description;
    std::string section;  ///< of a list
    std::string target;   ///< the address or the number; of a flow its parameters (JSON)
    friend bool operator==(const Choice&, const Choice&) = default;
};

/// Text with buttons, a list, a template or an interactive message; received only.
struct Choices {
    ChoiceForm form{ChoiceForm::buttons};
    std::string title;
    std::string text;
    std::string footer;
    std::string button;  ///< what opens a list
    std::vector<Choice> choices;
    std::vector<std::string> cards;  ///< texts of a carousel
    std::optional<Media> media;      ///< at the head
    friend bool operator==(const Choices&, const Choices&) = default;
};

/// The answer to `Choices`; quotes it (`Context::quote`).
struct ChoiceReply {
    ChoiceForm form{ChoiceForm::buttons};
    std::string id;           ///< the choice; of an interactive message the flow's name
    std::string text;         ///< what the choice says
    std::string description;  ///< of a list's row
    std::uint32_t index{0};   ///< of a template's button
    std::string params_json;  ///< of a flow
    std::int32_t version{0};  ///< of a flow
    friend bool operator==(const ChoiceReply&, const ChoiceReply&) = default;
};

struct GroupInvite {
    Jid group;
    std::string code;
    std::string name;
    std::string caption;
    common::UnixTime expires{};
    bool community{false};
    common::Bytes thumbnail;
    friend bool operator==(const GroupInvite&, const GroupInvite&) = default;
};

/// To follow a channel or to help run it; received only.
struct ChannelInvite {
    Jid channel;
    std::string name;
    std::string caption;
    bool admin{false};
    common::UnixTime expires{};
    friend bool operator==(const ChannelInvite&, const ChannelInvite&) = default;
};

/// To an event of another chat; received only.
struct EventInvite {
    std::string id;
    std::string title;
    std::string caption;
    std::string call_link;
    common::UnixTime starts{};
    bool cancelled{false};
    friend bool operator==(const EventInvite&, const EventInvite&) = default;
};

struct Money {
    std::int64_t thousandths{0};  ///< of the currency's unit
    std::string currency;         ///< ISO 4217
    friend bool operator==(const Money&, const Money&) = default;
};

struct Product {
    std::string id;
    std::string title;
    std::string description;
    std::string url;
    std::string body;
    std::string footer;
    Money price;
    std::optional<Money> sale_price;
    Jid owner;
    std::optional<Media> image;
    friend bool operator==(const Product&, const Product&) = default;
};

struct Order {
    std::string id;
    std::string title;
    std::string message;
    std::int32_t items{0};
    Money total;
    Jid seller;
    std::string token;
    friend bool operator==(const Order&, const Order&) = default;
};

/// Money asked for, sent, refused; invoices too.
struct Payment {
    enum class Kind { sent, requested, declined, cancelled, invite, invoice };
    Kind kind{Kind::sent};
    Money amount;
    std::string note;
    Jid from;  ///< who is asked
    friend bool operator==(const Payment&, const Payment&) = default;
};

/// A call that rings, is planned, or is over.
struct CallEvent {
    enum class Kind { ringing, scheduled, cancelled, log };
    Kind kind{Kind::log};
    bool video{false};
    std::string title;
    common::UnixMillis starts{};       ///< scheduled
    std::string outcome;               ///< of a log: "connected", "missed" ...
    std::chrono::seconds duration{0};  ///< of a log
    std::vector<Jid> participants;     ///< of a log
    friend bool operator==(const CallEvent&, const CallEvent&) = default;
};

}  // namespace bridge::whatsapp::content
