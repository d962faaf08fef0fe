#include "bridge/store/detail/effect_text.hpp"

#include "bridge/store/store.hpp"
#include "common/json/json.hpp"

namespace bridge::store::detail {

using common::Result;
using common::json::Value;
using common::json::Writer;

namespace {

void write_party(Writer& out, std::string_view name, const Party& party) {
    out.key(name).object().field("jid", party.jid).field("lid", party.lid).end();
}

Party read_party(Value json) { return {json["jid"].string_or(""), json["lid"].string_or("")}; }

/// The kind and its fields.
struct Write {
    Writer& out;

    void operator()(const React& what) const { kind("react").field("emoji", what.emoji); }
    void operator()(const Edit& what) const { kind("edit").field("text", what.text).field("details", what.details); }
    void operator()(const Revoke& what) const { kind("revoke").field("as_admin", what.as_admin); }
    void operator()(const Hide&) const { kind("hide"); }
    void operator()(const Pin& what) const { kind("pin").field("duration", what.duration.count()); }
    void operator()(const Keep& what) const { kind("keep").field("keep", what.keep); }
    void operator()(const Star& what) const { kind("star").field("starred", what.starred); }
    void operator()(const Vote& what) const {
        kind("vote").key("choices").array();
        for (const common::Bytes& choice : what.choices) out.value(common::to_hex(choice));
        out.end();
    }
    void operator()(const AddOption& what) const {
        kind("add_option").field("name", what.option.name).field("hash", common::to_hex(what.option.hash));
    }
    void operator()(const Answer& what) const {
        kind("answer").field("answer", what.answer).field("guests", what.extra_guests);
    }
    void operator()(const Sealed&) const { kind("sealed"); }

private:
    Writer& kind(const char* name) const { return out.field("kind", name); }
};

Result<decltype(Effect::what)> read_what(Value json, common::ByteView content) {
    const std::string kind = json["kind"].string_or("");
    if (kind == "react") return React{json["emoji"].string_or("")};
    if (kind == "edit") {
        return Edit{json["text"].string_or(""), common::to_bytes(content), json["details"].string_or("")};
    }
    if (kind == "revoke") return Revoke{json["as_admin"].boolean_or(false)};
    if (kind == "hide") return Hide{};
    if (kind == "pin") return Pin{std::chrono::seconds{json["duration"].integer_or(0)}};
    if (kind == "keep") return Keep{json["keep"].boolean_or(true)};
    if (kind == "star") return Star{json["starred"].boolean_or(true)};
    if (kind == "vote") {
        Vote vote;
        for (std::size_t i = 0; i < json["choices"].size(); ++i) {
            auto choice = common::from_hex(json["choices"].at(i).string_or(""));
            if (!choice) return choice.error();
            vote.choices.push_back(std::move(*choice));
        }
        return vote;
    }
    if (kind == "add_option") {
        auto hash = common::from_hex(json["hash"].string_or(""));
        if (!hash) return hash.error();
        return AddOption{{json["name"].string_or(""), std::move(*hash)}};
    }
    if (kind == "answer") return Answer{json["answer"].string_or(""), json["guests"].integer_or(0)};
    if (kind == "sealed") return Sealed{common::to_bytes(content)};
    return Errc::bad_change;
}

}  // namespace

std::string to_text(const Effect& effect) {
    Writer out;
    out.object();
    write_party(out, "chat", effect.chat);
    out.field("target", effect.target);
    write_party(out, "who", effect.who);
    out.field("from_me", effect.from_me).field("id", effect.id);
    out.field("sent", effect.sent.time_since_epoch().count()).field("time", effect.time.time_since_epoch().count());
    std::visit(Write{out}, effect.what);
    out.end();
    return out.take();
}

common::ByteView content_of(const Effect& effect) noexcept {
    if (const auto* edit = std::get_if<Edit>(&effect.what)) return edit->content;
    if (const auto* sealed = std::get_if<Sealed>(&effect.what)) return sealed->content;
    return {};
}

Result<Effect> effect_from(std::string_view text, common::ByteView content) {
    const auto document = common::json::Document::parse(text);
    if (!document) return document.error().within("read an effect that waits");
    const Value json = document->root();
    auto what = read_what(json, content);
    if (!what) return what.error().within("read an effect that waits");
    Effect effect;
    effect.chat = read_party(json["chat"]);
    effect.target = json["target"].string_or("");
    effect.who = read_party(json["who"]);
    effect.from_me = json["from_me"].boolean_or(false);
    effect.id = json["id"].string_or("");
    effect.sent = UnixTime{std::chrono::seconds{json["sent"].integer_or(0)}};
    effect.time = common::UnixMillis{std::chrono::milliseconds{json["time"].integer_or(0)}};
    effect.what = std::move(*what);
    return effect;
}

}  // namespace bridge::store::detail
