// Answers and notifications about groups, as frames hold them.
#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/groups/groups.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp;
    const auto node = binary::decode({data, size});
    if (!node) return 0;
    events::GroupInfo info;
    if (auto found = groups::GroupQuery::parse(*node)) info = std::move(*found);
    if (const auto all = groups::ParticipatingQuery::parse(*node); all && !all->empty()) info = all->front();
    if (groups::mappings_of(info.members).size() > info.members.size()) std::abort();
    const auto notification = groups::parse_notification(*node);
    if (!notification) return 0;
    for (const groups::Change& change : notification->changes) {
        groups::apply(change, *notification, info);
        if (info.members.size() > groups::max_members) std::abort();
        // What is told again changes nothing more.
        const events::GroupInfo once = info;
        groups::apply(change, *notification, info);
        if (info != once) std::abort();
    }
    return 0;
}
