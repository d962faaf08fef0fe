/// Effects as the tests of the store write them.
#pragma once

#include "common/json/json.hpp"
#include "tests/bridge/store/fixture.hpp"

namespace bridge::store {

using Strings = std::vector<std::string>;

/// `who` does it to message `target` in the chat with Ada, at that second; ids follow from the rest.
template <class What>
Effect effect(const Party& who, const std::string& target, What what, std::int64_t time = 1'700'000'100) {
    Effect made;
    made.chat = ada;
    made.target = target;
    made.who = who;
    made.from_me = who == me;
    made.sent = at(time);
    made.what = std::move(what);
    made.id = target + "-" + std::to_string(made.what.index()) + "-" + who.jid + who.lid + "-" + std::to_string(time);
    return made;
}

/// The same in the group.
template <class What>
Effect in_group(const Party& who, const std::string& target, What what, std::int64_t time = 1'700'000'100) {
    Effect made = effect(who, target, std::move(what), time);
    made.chat = group;
    return made;
}

/// A text that `from` wrote in the group.
inline AddMessage group_text(
    const Party& from, const std::string& id, const std::string& text, std::int64_t time = 1'700'000'000
) {
    AddMessage message = from == me ? text_to(group, id, text, time) : text_from(group, id, text, time);
    message.sender = from;
    message.is_group = true;
    return message;
}

struct EffectFixture : Fixture {
    contract::Message message(const std::string& id) { return value_of(store->message(id, "")); }
    /// "emoji sender" of each, oldest first.
    Strings reactions(const std::string& id) {
        Strings out;
        for (const auto& one : message(id).reactions) out.push_back(one.emoji + " " + one.sender);
        return out;
    }
    std::vector<std::string> found(const std::string& text) {
        SearchFilter filter;
        filter.query = text;
        Strings ids;
        for (const auto& one : value_of(store->search(filter))) ids.push_back(one.id);
        return ids;
    }
    /// Applies everything again: as after a crash between the commit and the acknowledgement. Nothing may happen.
    void replay(const std::vector<Change>& changes) {
        const auto before = store->newest_seq();
        apply(changes);
        CHECK(event_types(before) == Strings{});
    }
    /// The data of the newest event.
    common::json::Document newest() {
        const auto all = events();
        REQUIRE_FALSE(all.empty());
        INFO(all.back().data);
        auto document = common::json::Document::parse(all.back().data);
        REQUIRE(document);
        return std::move(*document);
    }
};

}  // namespace bridge::store
