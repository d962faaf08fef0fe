#include "bridge/store/detail/status.hpp"

#include <array>
#include <utility>

namespace bridge::store::detail {
namespace {

constexpr std::array<std::pair<MessageState, std::string_view>, 8> states{{
    {MessageState::received, "received"},
    {MessageState::undecryptable, "undecryptable"},
    {MessageState::queued, "queued"},
    {MessageState::sent, "sent"},
    {MessageState::failed, "failed"},
    {MessageState::delivered, "delivered"},
    {MessageState::read, "read"},
    {MessageState::played, "played"},
}};

}  // namespace

std::string_view name_of(MessageState state) noexcept {
    for (const auto& [value, name] : states) {
        if (value == state) return name;
    }
    return states.front().second;
}

std::optional<MessageState> parse_state(std::string_view text) noexcept {
    for (const auto& [value, name] : states) {
        if (name == text) return value;
    }
    return std::nullopt;
}

std::optional<int> name_rank(std::string_view source) noexcept {
    if (source == "push") return push_name_rank;
    if (source == "business") return 2;
    if (source == "verified") return 3;
    if (source == "contact") return 4;
    return std::nullopt;
}

}  // namespace bridge::store::detail
