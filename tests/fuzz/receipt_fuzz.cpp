// Receipts and retry requests of strangers, and what we answer to any stanza.
#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/messages/envelope.hpp"
#include "bridge/whatsapp/messages/retry.hpp"
#include "bridge/whatsapp/receipts/receipts.hpp"
#include "bridge/whatsapp/stanza/stanza.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp;
    const auto stanza = binary::decode({data, size}, binary::Limits{.inflated = 1U << 20});
    if (!stanza) return 0;
    const Jid pn{"15550100001", server::user, 1};
    const Jid lid{"100000000000001", server::lid, 1};
    const auto check = [](bool holds) {
        if (!holds) std::abort();
    };
    const auto sendable = [&](const Node& node) { check(binary::decode(binary::encode(node)).has_value()); };

    for (const auto& receipt : receipts::parse_receipts(*stanza, pn, lid)) check(!receipt.ids.empty());
    if (receipts::is_retry(*stanza)) {
        const auto request = messages::parse_retry_request(*stanza, pn, lid);
        check(!request || (!request->message_id.empty() && request->requester.is_user() && request->count >= 0));
    }
    if (const auto envelope = messages::parse_envelope(*stanza, {pn, lid})) {
        check(!envelope->id.empty() && !envelope->chat.empty() && envelope->chat.device == 0);
        sendable(receipts::delivery_receipt(*stanza, pn, envelope->from_me, envelope->is_peer, false));
        storage::Account account;
        account.registration_id = 1;
        sendable(messages::make_retry_receipt(*stanza, 1, messages::RetryReason::no_session, account, std::nullopt));
    }
    sendable(stanza::ack_for(*stanza));
    return 0;
}
