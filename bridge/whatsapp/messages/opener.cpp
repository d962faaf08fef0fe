#include "bridge/whatsapp/messages/opener.hpp"

#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"
#include "bridge/whatsapp/messages/mapping.hpp"
#include "bridge/whatsapp/messages/padding.hpp"
#include "bridge/whatsapp/messages/retry.hpp"
#include "bridge/whatsapp/receipts/receipts.hpp"
#include "bridge/whatsapp/stanza/stanza.hpp"

#include <algorithm>

namespace bridge::whatsapp::messages {

using common::Bytes;
using common::ByteView;
using common::Error;
using common::Result;
using common::Status;

namespace {

// Nack codes of protocol part 2, section 6.9.
constexpr int nack_parsing = 487;
constexpr int nack_unrecognised = 488;
constexpr int nack_bad_protobuf = 491;
constexpr int nack_unhandled = 500;

bool is_pairwise(const Node& enc) { return enc.text("type") == "msg" || enc.text("type") == "pkmsg"; }

/// Protocol messages that change what people see: edits, revokes, timers. All others are for own devices alone.
bool is_told(ByteView message) {
    const auto read = content::read(message);
    if (!read) return false;
    return std::holds_alternative<content::Edit>(read->body) || std::holds_alternative<content::Revoke>(read->body) ||
           std::holds_alternative<content::DisappearingTimer>(read->body);
}

/// Failures of the cipher that are the message's fault; all others are ours (storage) and stop the batch.
bool is_message_fault(const Error& error) {
    return error == signal::Errc::no_session || error == signal::Errc::invalid_key_id ||
           error == signal::Errc::invalid_key || error == signal::Errc::invalid_message ||
           error == signal::Errc::invalid_signature || error == signal::Errc::no_sender_key ||
           error == signal::Errc::legacy_version || error == signal::Errc::untrusted_identity ||
           error == Errc::bad_padding || error == content::Errc::not_a_message || error == content::Errc::too_deep;
}

}  // namespace

void Opener::refresh(const storage::Account& account) {
    account_ = account;
    own_ = OwnIdentity{account.jid, account.lid};
}

Result<Opened> Opener::open(const Node& stanza, common::UnixTime now, bool active) {
    now_ = now;
    active_ = active;
    Opened out;
    auto envelope = parse_envelope(stanza, own_);
    if (!envelope) {
        ++counters_.failed;
        out.replies.push_back(stanza::ack_for(stanza, nack_parsing));
        return out;
    }
    if (auto learned = learn(*envelope, out); !learned) return learned.error();
    const bool has_enc = std::any_of(stanza.children().begin(), stanza.children().end(), [](const Node& child) {
        return child.tag == "enc";
    });
    if (!has_enc) {
        const bool withheld = stanza.child("unavailable") != nullptr;
        if (withheld) {
            if (auto put = put_stub(*envelope, events::Undecryptable::unavailable, out); !put) return put.error();
        }
        const bool known = withheld || envelope->chat.is_newsletter();
        out.replies.push_back(stanza::ack_for(stanza, known ? 0 : nack_unrecognised));
        return out;
    }
    auto result = decrypt_all(stanza, *envelope);
    if (!result) return result.error();
    for (const Bytes& plain : result->plains) {
        if (auto taken = take(plain, *envelope, out); !taken) {
            if (!is_message_fault(taken.error())) return taken.error();
            ++counters_.failed;
            out.replies.push_back(stanza::ack_for(stanza, nack_bad_protobuf));
            return out;
        }
    }
    if (result->failure) {
        if (auto asked = ask_again(stanza, *envelope, *result, out); !asked) return asked.error();
        return out;
    }
    if (envelope->retry_count > 0 && !result->duplicate) {
        if (auto done = storage_.retry_counts().remove(envelope->chat, envelope->sender.bare(), envelope->id); !done) {
            return done.error();
        }
    }
    ++(result->duplicate ? counters_.duplicates : counters_.opened);
    out.replies.push_back(
        receipts::delivery_receipt(stanza, account_.jid, envelope->from_me, envelope->is_peer, active_)
    );
    return out;
}

Status Opener::learn(const Envelope& envelope, Opened& out) {
    auto both = envelope.mapping();
    if (!both && !envelope.chat_alt.empty() && envelope.from_me &&
        envelope.chat.is_lid() != envelope.chat_alt.is_lid()) {
        // An own copy shows both forms of the person it was sent to.
        if (!own_.is_me(envelope.chat)) {
            both = envelope.chat.is_lid() ? std::pair{envelope.chat_alt, envelope.chat}
                                          : std::pair{envelope.chat, envelope.chat_alt};
        }
    }
    if (both) {
        const events::Mapping mapping{both->first, both->second};
        const auto news = remember_mapping(storage_, cipher_, mapping);
        if (!news) return news.error();
        if (*news) out.mapping = mapping;
    }
    if (!envelope.push_name.empty() && !envelope.from_me)
        out.push_name = std::pair{envelope.sender.bare(), envelope.push_name};
    return {};
}

Result<Jid> Opener::address_of(const Jid& device, const Jid& alt) {
    if (device.is_pn() && alt.is_lid()) return alt.with_device(device.device);
    return session_address(storage_, device);
}

Result<Bytes> Opener::decrypt_one(const Node& enc, const Envelope& envelope, const Jid& address) {
    const std::string type = enc.text("type");
    if (type == "skmsg") {
        auto padded = cipher_.group_decrypt(envelope.chat.to_string(), address, enc.bytes());
        if (!padded) return padded.error();
        return std::move(*padded);
    }
    if (!is_pairwise(enc)) return Error{signal::Errc::legacy_version, "enc type"};
    const auto kind = type == "pkmsg" ? signal::MessageType::pre_key_message : signal::MessageType::message;
    return cipher_.decrypt(address, kind, enc.bytes());
}

Result<Opener::Decrypted> Opener::decrypt_all(const Node& stanza, const Envelope& envelope) {
    Decrypted result;
    std::vector<const Node*> encs;
    for (const Node& child : stanza.children()) {
        if (child.tag == "enc") encs.push_back(&child);
    }
    // The pairwise part may carry the sender key that the group part needs, wherever it stands.
    std::stable_partition(encs.begin(), encs.end(), [](const Node* enc) { return is_pairwise(*enc); });
    if (encs.size() > 8) encs.resize(8);
    auto address = address_of(envelope.sender, envelope.sender_alt);
    if (!address) return address.error();
    for (const Node* enc : encs) {
        result.pairwise = result.pairwise || is_pairwise(*enc);
        auto padded = decrypt_one(*enc, envelope, *address);
        if (!padded && padded.error() == signal::Errc::duplicate_message) {
            result.duplicate = true;
            continue;
        }
        Result<Bytes> plain = padded ? Result<Bytes>{Bytes{}} : Result<Bytes>{padded.error()};
        if (padded) {
            const auto content = unpad(*padded);
            plain = content ? Result<Bytes>{common::to_bytes(*content)} : Result<Bytes>{content.error()};
        }
        if (!plain) {
            if (!is_message_fault(plain.error())) return plain.error();
            result.failure = plain.error();
            break;  // without the pairwise part the group part cannot open either
        }
        // A sender key must be in place before the group part of the same stanza is opened.
        if (const auto inside = content::unwrap(*plain); inside && !inside->sender_key.empty() && is_pairwise(*enc)) {
            const auto kept =
                cipher_.process_sender_key_distribution(inside->sender_key_group, *address, inside->sender_key);
            if (!kept && !is_message_fault(kept.error())) return kept.error();
        }
        result.plains.push_back(std::move(*plain));
    }
    return result;
}

Status Opener::take(const Bytes& plain, const Envelope& envelope, Opened& out) {
    auto inside = content::unwrap(plain);
    if (!inside) return inside.error();
    if (inside->device_sent && !envelope.from_me) {
        ++counters_.refused_protocol;
        return {};
    }
    const bool told = inside->has_content && !envelope.is_peer && (!inside->is_protocol || is_told(inside->content));
    if (!told) {
        if (inside->is_protocol && !envelope.from_me) ++counters_.refused_protocol;
        return {};
    }
    events::IncomingMessage message;
    message.chat = envelope.chat;
    message.chat_alt = envelope.chat_alt;
    if (envelope.from_me && !envelope.is_group && !inside->destination.empty()) {
        // `recipient` and the destination inside agree up to PN and LID: the pair is the chat's two forms.
        if (inside->destination.is_user() && inside->destination.is_lid() != message.chat.is_lid() &&
            message.chat_alt.empty()) {
            message.chat_alt = inside->destination;
        }
    }
    message.sender = envelope.sender;
    message.sender_alt = envelope.sender_alt;
    message.id = envelope.id;
    message.time = envelope.time;
    message.from_me = envelope.from_me;
    message.push_name = envelope.push_name;
    message.content = std::move(inside->content);
    message.edit = envelope.edit;
    message.offline = envelope.offline;
    const auto row = storage_.inbox().put(message);
    if (!row) return row.error().within("keep message");
    message.inbox_id = *row;
    out.message = std::move(message);
    return {};
}

Status Opener::put_stub(const Envelope& envelope, events::Undecryptable why, Opened& out) {
    events::IncomingMessage stub;
    stub.chat = envelope.chat;
    stub.chat_alt = envelope.chat_alt;
    stub.sender = envelope.sender;
    stub.sender_alt = envelope.sender_alt;
    stub.id = envelope.id;
    stub.time = envelope.time;
    stub.from_me = envelope.from_me;
    stub.push_name = envelope.push_name;
    stub.undecryptable = why;
    stub.offline = envelope.offline;
    const auto row = storage_.inbox().put(stub);
    if (!row) return row.error().within("keep stub");
    stub.inbox_id = *row;
    out.message = std::move(stub);
    return {};
}

Status Opener::ask_again(const Node& stanza, const Envelope& envelope, const Decrypted& result, Opened& out) {
    out.failed = true;
    ++counters_.failed;
    const bool hidden = std::any_of(stanza.children().begin(), stanza.children().end(), [](const Node& child) {
        return child.tag == "enc" && child.text("decrypt-fail") == "hide";
    });
    if (!envelope.is_peer && !hidden && !out.message) {
        if (auto put = put_stub(envelope, events::Undecryptable::waiting_for_retry, out); !put) return put;
    }
    const auto count =
        storage_.retry_counts().bump(envelope.chat, envelope.sender.bare(), envelope.id, envelope.retry_count, now_);
    if (!count) return count.error();
    if (*count > max_asked) {
        out.replies.push_back(stanza::ack_for(stanza, nack_unhandled));
        return {};
    }
    const RetryReason reason = reason_of(*result.failure);
    std::optional<storage::PreKey> key;
    const bool at_once = reason == RetryReason::no_session || reason == RetryReason::invalid_key_id;
    if (*count > 1 || at_once) {
        auto fresh = storage_.pre_keys().generate(1);
        if (!fresh) return fresh.error();
        if (!fresh->empty()) key = std::move(fresh->front());
    }
    if (key) {
        // It goes to one sender only; marked so that the next upload does not offer it to everybody.
        const std::vector<std::uint32_t> ids{key->id};
        if (auto marked = storage_.pre_keys().mark_uploaded(ids); !marked) return marked;
    }
    out.replies.push_back(make_retry_receipt(stanza, *count, reason, account_, key));
    return {};
}

}  // namespace bridge::whatsapp::messages
