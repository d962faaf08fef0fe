#include "tests/simulator/people_queries.hpp"

#include "common/json/json.hpp"

#include <algorithm>
#include <array>

namespace simulator {

namespace crypto = common::crypto;
namespace json = common::json;

namespace {

constexpr std::array<std::string_view, 9> privacy_names{
    "readreceipts", "last", "online", "profile", "status", "groupadd", "calladd", "messages", "stickers"};
constexpr std::string_view set_about_query = "9152604461510864";

Node privacy_settings(const Profile& profile) {
    Node settings{"privacy"};
    for (const std::string_view name : privacy_names) {
        const auto set = profile.privacy.find(std::string{name});
        const std::string value = set == profile.privacy.end() ? "all" : set->second;
        settings.add(Node{"category", {{"name", name}, {"value", value}}});
    }
    return settings;
}

Node block_list(const Account& account) {
    Node list{"list", {{"addressing_mode", "lid"}}};
    std::string all;
    for (const std::string& phone : account.profile.blocked) {
        list.add(Node{"item", {{"jid", person(phone, Space::lid)}}});
        all += phone + " ";
    }
    list.set("dhash", common::to_hex(ByteView{crypto::sha256(common::as_bytes(all))}.first(8)));
    return list;
}

Node status_list(const Profile& profile) {
    Node list{"list", {{"type", profile.status_setting}, {"default", "true"}}};
    for (const std::string& phone : profile.status_list) list.add(Node{"user", {{"jid", person(phone, Space::lid)}}});
    Node settings{"privacy"};
    settings.add(std::move(list));
    return settings;
}

}  // namespace

void give_token(Router& router, Account& issuer, Account& holder, std::uint64_t time) {
    TrustedToken& token = issuer.profile.issued[holder.phone];
    token = {crypto::random_bytes(24), time};
    Node given{"token", {{"type", "trusted_contact"}, {"t", std::to_string(time)}}};
    given.set("jid", holder.jid(Space::lid));
    given.content = token.bytes;
    Node list{"tokens"};
    list.add(std::move(given));
    for (auto& [number, companion] : holder.devices) {
        if (number != 0) router.notify(holder, companion, "privacy_token", issuer.jid(Space::pn), list);
    }
}

void set_about(Router& router, Account& account, std::string text, std::uint64_t time) {
    account.profile.about = std::move(text);
    account.profile.about_time = time;
    const Node change{"set", {}, common::to_bytes(common::as_bytes(account.profile.about))};
    router.notify_acquaintances(account, "status", change);
    router.notify_own(account, "account_sync", Node{"status", {{"action", "set"}}});
}

std::optional<Answer> PeopleQueries::answer(Account& account, Device& device, const Node& iq) {
    const std::string space = iq.text("xmlns");
    const bool get = iq.text("type") == "get";
    if (space == "usync") return usync(account, iq);
    if (space == "privacy") return privacy(account, device, iq);
    if (space == "blocklist") {
        const Node* item = iq.child("item");
        if (get) return Answer{block_list(account)};
        return item == nullptr ? Answer{iq_error::bad_request} : block(account, device, *item);
    }
    if (space == "status") return status(account, iq);
    if (space == "w:profile:picture") return picture(account, iq);
    if (space == "disappearing_mode" && iq.child("disappearing_mode") != nullptr) {
        return set_timer(account, *iq.child("disappearing_mode"));
    }
    if (space == "w:biz" && get && iq.child("business_profile") != nullptr) {
        return Answer{Node{"business_profile", {{"v", "244"}}}};
    }
    if (space == "w:mex") return mex(account, iq);
    return std::nullopt;
}

std::optional<Answer> PeopleQueries::privacy(Account& account, const Device& device, const Node& iq) {
    if (const Node* tokens = iq.child("tokens")) return give_tokens(account, *tokens);
    const Node* settings = iq.child("privacy");
    if (settings == nullptr) return std::nullopt;
    if (iq.text("type") == "get") return Answer{privacy_settings(account.profile)};
    Node changed{"privacy"};
    for (const Node& category : settings->children()) {
        account.profile.privacy[category.text("name")] = category.text("value");
        changed.add(Node{"category", {{"name", category.text("name")}, {"value", category.text("value")}}});
    }
    router_.notify_own(account, "account_sync", changed, &device);
    return Answer{std::move(changed)};
}

Answer PeopleQueries::give_tokens(Account& account, const Node& tokens) {
    for (const Node& token : tokens.children()) {
        const auto jid = token.jid("jid");
        Account* holder = jid ? registry_.find(*jid) : nullptr;
        if (holder != nullptr && holder != &account) {
            give_token(router_, account, *holder, token.number("t").value_or(now()));
        }
    }
    return Answer{};
}

Answer PeopleQueries::block(Account& account, const Device& device, const Node& item) {
    const auto jid = item.jid("jid");
    const Account* other_account = jid ? registry_.find(*jid) : nullptr;
    if (other_account == nullptr) return Answer{iq_error::not_found};
    if (!jid->is_lid()) return Answer{iq_error::bad_request};
    if (item.text("action") == "block")
        account.profile.blocked.insert(other_account->phone);
    else
        account.profile.blocked.erase(other_account->phone);
    const Node list = block_list(account);
    Node change{"blocklist", {{"dhash", list.text("dhash")}}};
    for (const Node& blocked : list.children()) change.add(blocked);
    router_.notify_own(account, "account_sync", change, &device);
    return Answer{list};
}

std::optional<Answer> PeopleQueries::status(Account& account, const Node& iq) {
    Profile& profile = account.profile;
    if (const Node* text = iq.child("status")) {
        set_about(router_, account, common::to_string(text->bytes()), now());
        return Answer{};
    }
    const Node* settings = iq.child("privacy");
    if (settings == nullptr) return std::nullopt;
    if (iq.text("type") == "get") return Answer{status_list(profile)};
    const Node* list = settings->child("list");
    if (list == nullptr) return Answer{iq_error::bad_request};
    profile.status_setting = list->text("type");
    profile.status_list.clear();
    for (const Node& user : list->children()) {
        const auto jid = user.jid("jid");
        if (const Account* named = jid ? registry_.find(*jid) : nullptr) profile.status_list.insert(named->phone);
    }
    return Answer{};
}

std::optional<Answer> PeopleQueries::mex(Account& account, const Node& iq) {
    const Node* query = iq.child("query");
    if (query == nullptr || query->text("query_id") != set_about_query) return std::nullopt;
    const auto document = json::Document::parse(common::to_string(query->bytes()));
    if (!document) return Answer{iq_error::bad_request};
    const json::Value variables = document->root()["variables"];
    const json::Value input = variables["input"].exists() ? variables["input"] : document->root()["input"];
    set_about(router_, account, input["text"].string_or(""), now());
    const std::string result = R"({"data":{"xwa2_update_account_settings":{"result":"SUCCESS"}}})";
    return Answer{Node{"result", {}, common::to_bytes(common::as_bytes(result))}};
}

Answer PeopleQueries::set_timer(Account& account, const Node& setting) {
    account.profile.disappearing = static_cast<std::uint32_t>(setting.number("duration").value_or(0));
    account.profile.disappearing_time = now();
    Node change{"disappearing_mode", {{"duration", std::to_string(account.profile.disappearing)}}};
    change.set("t", std::to_string(now()));
    router_.notify_acquaintances(account, "disappearing_mode", change);
    return Answer{};
}

}  // namespace simulator
