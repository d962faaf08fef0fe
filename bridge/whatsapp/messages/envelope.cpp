#include "bridge/whatsapp/messages/envelope.hpp"

#include "bridge/whatsapp/messages/padding.hpp"

#include <algorithm>

namespace bridge::whatsapp::messages {

namespace {

Jid bare_or_empty(const std::optional<Jid>& jid) { return jid && jid->is_user() ? jid->normalised().bare() : Jid{}; }

/// The first of the attributes that is there, bare.
Jid first_of(const Node& stanza, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (Jid found = bare_or_empty(stanza.jid(key)); !found.empty()) return found;
    }
    return {};
}

/// An alternative address is one only when it is of the other kind.
Jid other_form(const Jid& of, Jid candidate) {
    if (candidate.empty() || candidate.is_lid() == of.is_lid()) return {};
    return candidate;
}

common::Status read_direct(const Node& stanza, const OwnIdentity& own, const Jid& from, Envelope& out) {
    out.sender = from;
    out.from_me = own.is_me(from);
    const auto recipient = stanza.jid("recipient");
    if (recipient && !out.from_me) return common::Error{Errc::bad_stanza, "recipient on a foreign message"};
    if (out.from_me) {
        out.sender_alt = from.is_lid() ? own.pn.bare() : own.lid.bare();
        out.chat = recipient ? recipient->normalised().bare() : from.bare();
        const Jid alt = first_of(stanza, {"peer_recipient_pn", "peer_recipient_lid", "recipient_pn", "recipient_lid"});
        out.chat_alt = other_form(out.chat, alt);
        if (!recipient) out.chat_alt = out.sender_alt;
        return {};
    }
    out.sender_alt = other_form(from, first_of(stanza, {"sender_pn", "sender_lid"}));
    out.chat = from.bare();
    out.chat_alt = out.sender_alt;
    return {};
}

common::Status read_participant(const Node& stanza, const OwnIdentity& own, const Jid& from, Envelope& out) {
    const auto participant = stanza.jid("participant");
    if (!participant || !participant->is_user()) return common::Error{Errc::bad_stanza, "no participant"};
    out.chat = from.bare();
    out.sender = participant->normalised();
    out.sender.device = participant->device;
    out.sender_alt = other_form(out.sender, first_of(stanza, {"participant_pn", "participant_lid"}));
    out.from_me = own.is_me(out.sender);
    out.is_group = from.is_group();
    return {};
}

}  // namespace

std::optional<std::pair<Jid, Jid>> Envelope::mapping() const {
    if (sender_alt.empty() || from_me) return std::nullopt;
    if (sender.is_lid()) return std::pair{sender_alt, sender.bare()};
    return std::pair{sender.bare(), sender_alt};
}

common::Result<Envelope> parse_envelope(const Node& stanza, const OwnIdentity& own) {
    Envelope out;
    out.id = stanza.text("id");
    if (out.id.empty() || out.id.size() > 256) return common::Error{Errc::bad_stanza, "no usable id"};
    const auto time = stanza.number("t");
    if (!time || *time > 253'402'300'799ULL) return common::Error{Errc::bad_stanza, "no usable time"};
    out.time = common::UnixTime{std::chrono::seconds{*time}};
    auto from = stanza.jid("from");
    if (!from) return common::Error{Errc::bad_stanza, "no sender"};
    const std::uint16_t device = from->device;
    *from = from->normalised();
    from->device = device;
    out.offline = stanza.has("offline");
    out.is_peer = stanza.text("category") == "peer";
    out.edit = stanza.text("edit");
    out.push_name = stanza.text("notify");
    if (out.push_name == "-" || out.push_name.size() > 512) out.push_name.clear();
    for (const Node& child : stanza.children()) {
        if (child.tag != "enc") continue;
        out.retry_count = std::max(
            out.retry_count, static_cast<int>(std::min<std::uint64_t>(child.number("count").value_or(0), 100))
        );
    }
    common::Status read;
    if (from->is_user()) {
        read = read_direct(stanza, own, *from, out);
    } else if (from->is_group() || from->is_broadcast()) {
        read = read_participant(stanza, own, *from, out);
    } else if (!from->user.empty()) {
        out.chat = from->bare();
        out.sender = *from;
    } else {
        return common::Error{Errc::bad_stanza, "message from a server"};
    }
    if (!read) return read.error();
    return out;
}

}  // namespace bridge::whatsapp::messages
