#include "bridge/api/detail/action_json.hpp"

#include <array>
#include <utility>

namespace bridge::api::detail {
namespace {

constexpr std::size_t longest_message = 65'536;
constexpr std::size_t longest_emoji = 64;  ///< of several code points: families, flags
constexpr std::size_t longest_option = 400;
constexpr std::size_t most_options = 64;

/// The first of two names that is there: clients of other bridges call some fields differently.
std::string_view either(const Fields& body, std::string_view name, std::string_view other) {
    return !body.has(name) && body.has(other) ? other : name;
}

}  // namespace

Action read_react(Fields& body) {
    React react;
    if (!body.has("emoji")) body.report("emoji", "is needed; an empty one takes the reaction back");
    react.emoji = body.text("emoji", longest_emoji);
    return react;
}

Action read_edit(Fields& body) {
    EditText edit;
    edit.text = body.needed_text(either(body, "text", "new_text"), longest_message);
    return edit;
}

Action read_revoke(Fields&) { return RevokeForAll{}; }

Action read_pin(Fields& body) {
    constexpr std::array<std::int64_t, 4> allowed{0, 86'400, 604'800, 2'592'000};
    const std::int64_t seconds = body.integer("seconds", 604'800, 0, 2'592'000);
    bool fits = false;
    for (const std::int64_t one : allowed) fits = fits || one == seconds;
    if (!fits) body.report("seconds", "must be 86400, 604800 or 2592000, or 0 to unpin");
    return PinFor{std::chrono::seconds{seconds}};
}

Action read_keep(Fields& body) { return KeepIt{body.flag("keep", true)}; }

Action read_vote(Fields& body) {
    Vote vote;
    if (!body.has("options")) body.report("options", "must be a list; an empty one takes the vote back");
    vote.options = body.texts("options", most_options, longest_option);
    return vote;
}

Action read_respond(Fields& body) {
    AnswerEvent answer;
    if (!body.has("answer")) body.report("answer", "must be one of going, not_going, maybe");
    answer.answer = static_cast<AnswerEvent::Answer>(body.one_of("answer", {"going", "not_going", "maybe"}, 0));
    answer.extra_guests = static_cast<int>(body.integer("extra_guests", 0, 0, 99));
    return answer;
}

Action read_forward(Fields& body) {
    ForwardTo forward;
    const std::string_view name = either(body, "to", "to_chat_jid");
    if (const auto recipient = body.address(name)) {
        forward.recipient = recipient->to_string();
    } else {
        body.report(name, "must be a JID or a phone number");
    }
    return forward;
}

}  // namespace bridge::api::detail
