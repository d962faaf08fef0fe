#include "bridge/whatsapp/messages/contact_token.hpp"

#include "bridge/whatsapp/stanza/stanza.hpp"

namespace bridge::whatsapp::messages {

namespace {

constexpr std::int64_t bucket_seconds = 604'800;
constexpr std::int64_t buckets = 4;

std::int64_t bucket_of(common::UnixTime time) noexcept { return time.time_since_epoch().count() / bucket_seconds; }

}  // namespace

bool is_valid_token(const storage::PrivacyToken& token, common::UnixTime now) noexcept {
    return !token.token.empty() && bucket_of(token.received) >= bucket_of(now) - (buckets - 1);
}

bool is_time_to_issue(const storage::PrivacyToken& token, common::UnixTime now) noexcept {
    return bucket_of(now) > bucket_of(token.issued);
}

Node issue_token_request(const Jid& user, common::UnixTime now) {
    Node token{"token", {{"jid", user}, {"type", "trusted_contact"}}};
    token.set("t", std::to_string(now.time_since_epoch().count()));
    Node tokens{"tokens"};
    tokens.add(std::move(token));
    return stanza::iq_set("privacy", Node::Nodes{std::move(tokens)});
}

}  // namespace bridge::whatsapp::messages
