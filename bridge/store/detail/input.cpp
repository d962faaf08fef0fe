#include "bridge/store/detail/input.hpp"

#include "bridge/store/detail/text.hpp"

#include <algorithm>
#include <utility>

namespace bridge::store::detail {
namespace {

using common::Status;

template <class... T>
void clean_all(T&... texts) {
    const auto each = [](std::string& text) {
        if (!is_clean(text)) text = clean(text);
    };
    (each(texts), ...);
}

Status check_length(const std::string& text) {
    return text.size() <= longest_name ? Status{} : Status{Errc::bad_change};
}

struct Prepare {
    Status operator()(AddMessage& change) const {
        clean_all(change.id, change.text, change.media_type, change.push_name);
        settle_forms(change.sender);
        if (change.extras) prepare(*change.extras);
        if (change.push_name.size() > longest_name) change.push_name.clear();
        if (!settle_forms(change.chat) || change.id.empty() || change.sender.jid.size() > longest_name)
            return Errc::bad_change;
        return check_length(change.id);
    }
    Status operator()(AdvanceMessage& change) const {
        clean_all(change.id, change.state, change.recipient, change.reason);
        return settle_forms(change.chat) ? check_length(change.recipient) : Status{Errc::bad_change};
    }
    Status operator()(MarkRead& change) const {
        for (std::string& id : change.ids) clean_all(id);
        return settle_forms(change.chat) ? Status{} : Status{Errc::bad_change};
    }
    Status operator()(LearnMapping& change) const {
        const bool named = settle_forms(change.person);
        return named && !change.person.jid.empty() && !change.person.lid.empty() ? Status{} : Status{Errc::bad_change};
    }
    Status operator()(LearnName& change) const {
        clean_all(change.name, change.source);
        return settle_forms(change.person) ? check_length(change.name) : Status{Errc::bad_change};
    }
    Status operator()(RaiseEvent& change) const {
        clean_all(change.type, change.chat_jid, change.data);
        return change.type.empty() ? Status{Errc::bad_change} : Status{};
    }
    Status operator()(Effect& change) const {
        clean_all(change.target, change.id);
        prepare(change);
        const bool named = settle_forms(change.chat) && !change.target.empty();
        const bool fits = std::max(change.target.size(), change.id.size()) <= longest_name;
        return named && fits ? Status{} : Status{Errc::bad_change};
    }
    Status operator()(DropDue&) const { return {}; }
    Status operator()(UpdateMedia& change) const {
        clean_all(change.id, change.path, change.direct_path, change.url);
        const bool fits = std::max({change.path.size(), change.direct_path.size(), change.url.size()}) <= 4096;
        return settle_forms(change.chat) && fits ? Status{} : Status{Errc::bad_change};
    }
    Status operator()(ForgetFiles& change) const {
        for (std::string& path : change.paths) clean_all(path);
        return {};
    }
};

}  // namespace

bool settle_forms(Party& party) {
    clean_all(party.jid, party.lid);
    const bool swapped = server_part(party.jid) == "lid" && (party.lid.empty() || party.lid == party.jid);
    if (swapped) {
        party.lid = std::exchange(party.jid, {});
    }
    return (!party.jid.empty() || !party.lid.empty()) && party.jid.size() + party.lid.size() <= longest_name;
}

Status prepare(Change& change) { return std::visit(Prepare{}, change); }

}  // namespace bridge::store::detail
