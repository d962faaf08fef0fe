// Sealed add-ons and what they hold: the first byte says which.
#include "bridge/whatsapp/addons/addons.hpp"
#include "bridge/whatsapp/addons/payloads.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp;
    if (size == 0) return 0;
    const common::ByteView rest{data + 1, size - 1};
    const auto ignore = [](const auto&) {};
    ignore(addons::parse_answer(rest));
    ignore(addons::parse_reaction(rest));
    if (const auto sealed = addons::parse_bot_envelope(rest)) {
        const common::Bytes secret(32, 1);
        const addons::Names author{Jid{"1", server::lid}, Jid{"2", server::user}, {}};
        const auto use = static_cast<addons::UseCase>(data[0] % 9);
        ignore(addons::open_any(use, secret, "ID", author, author, *sealed));
    }
    if (const auto hashes = addons::parse_vote(rest)) {
        content::Poll poll;
        poll.options = {"A", "B"};
        const addons::Vote vote{Jid{"1", server::lid}, {}, *hashes};
        if (addons::tally(poll, {&vote, 1}).voters > 1) std::abort();
    }
    return 0;
}
