#include "common/contract/contract.hpp"

namespace common::contract {
namespace {

void time_field(json::Writer& out, std::string_view name, const std::optional<UnixTime>& time) {
    if (time) out.field(name, to_rfc3339(*time));
}

void flag(json::Writer& out, std::string_view name, bool set) {
    if (set) out.field(name, true);
}

template <class T>
void part(json::Writer& out, std::string_view name, const std::optional<T>& value) {
    if (!value) return;
    out.key(name);
    write(out, *value);
}

void write_lists(json::Writer& out, const Message& message) {
    if (!message.mentions.empty()) {
        out.key("mentions").array();
        for (const std::string& jid : message.mentions) out.value(jid);
        out.end();
    }
    if (!message.reactions.empty()) {
        out.key("reactions").array();
        for (const Reaction& reaction : message.reactions) write(out, reaction);
        out.end();
    }
}

/// The members of an object of ours, beside the others.
void write_details(json::Writer& out, const std::string& details) {
    if (details.empty()) return;
    const auto document = json::Document::parse(details);
    if (!document) return;
    for (const std::string_view key : document->root().keys()) out.key(key).raw(to_text(document->root()[key]));
}

void write_extras(json::Writer& out, const Message& message) {
    part(out, "media", message.media);
    part(out, "quoted", message.quoted);
    write_lists(out, message);
    flag(out, "mentions_me", message.mentions_me);
    time_field(out, "edited_at", message.edited_at);
    time_field(out, "deleted_at", message.deleted_at);
    if (message.deleted_by) out.field("deleted_by", *message.deleted_by);
    part(out, "poll", message.poll);
    part(out, "event_answers", message.event_answers);
    flag(out, "is_forwarded", message.is_forwarded);
    if (message.forwarding_score > 0) out.field("forwarding_score", message.forwarding_score);
    flag(out, "is_view_once", message.is_view_once);
    flag(out, "is_status", message.is_status);
    flag(out, "starred", message.starred);
    flag(out, "is_kept", message.is_kept);
    time_field(out, "expires_at", message.expires_at);
    time_field(out, "pinned_until", message.pinned_until);
    if (message.parent_id) out.field("parent_id", *message.parent_id);
    write_details(out, message.details);
}

}  // namespace

void write(json::Writer& out, const Message& message) {
    out.object();
    out.field("id", message.id).field("timestamp", to_rfc3339(message.timestamp)).field("sender", message.sender);
    out.field("content", message.content).field("is_from_me", message.is_from_me).field("chat_jid", message.chat_jid);
    out.field("chat_name", message.chat_name).field("media_type", message.media_type);
    out.field("sender_name", message.sender_name).field("sender_lid", message.sender_lid);
    out.field("status", message.status).field("kind", message.kind);
    write_extras(out, message);
    if (!message.cursor.empty()) out.field("cursor", message.cursor);
    out.end();
}

}  // namespace common::contract
