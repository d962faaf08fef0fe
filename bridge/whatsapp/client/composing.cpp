#include "bridge/whatsapp/client/composing.hpp"

#include "bridge/whatsapp/addons/sealed_part.hpp"
#include "common/crypto/crypto.hpp"

namespace bridge::whatsapp::client {

namespace {

/// Seals what stands open in `what`, with the secret of its target; returns the plaintext.
asio::awaitable<Result<common::Bytes>> seal_part(Core& core, Jid chat, content::Content& what) {
    const auto part = addons::sealed_part(what);
    if (!part || !part->sealed->iv.empty()) co_return common::Bytes{};
    auto target = co_await core.sink.find_message(chat, part->target->id);
    if (!target) co_return target.error();
    if (!*target) co_return Errc::no_such_message;
    const KnownMessage& known = **target;
    const auto secret = content::message_secret_of(known.original.empty() ? known.content : known.original);
    if (secret.empty()) co_return Errc::no_such_message;
    addons::Names me;
    me.lid = core.account.lid.bare();
    me.pn = core.account.jid.bare();
    // The author as the chat addresses them: the other side must write the same.
    const bool by_lid = chat.is_lid() || (*target)->sender.is_lid();
    Jid author = by_lid == (*target)->sender.is_lid() ? (*target)->sender : (*target)->sender_alt;
    if ((*target)->from_me) author = by_lid && !me.lid.empty() ? me.lid : me.pn;
    if (author.empty()) author = (*target)->sender;
    const auto parties = addons::for_sealing(part->target->id, author, me);
    common::Bytes plain = std::move(part->sealed->payload);
    auto sealed = addons::seal(part->use, secret, parties, plain, common::crypto::random_bytes(12));
    if (!sealed) co_return sealed.error();
    *part->sealed = std::move(*sealed);
    co_return plain;
}

}  // namespace

asio::awaitable<Result<Composed>> compose(Core& core, Jid chat, content::Content what) {
    Composed out;
    auto plain = co_await seal_part(core, std::move(chat), what);
    if (!plain) co_return plain.error();
    out.addon = std::move(*plain);
    common::Bytes secret;
    if (content::takes_secret(what.body)) secret = common::crypto::random_bytes(32);
    auto written = content::write(what, secret);
    if (!written) co_return written.error();
    out.content = std::move(*written);
    co_return out;
}

}  // namespace bridge::whatsapp::client
