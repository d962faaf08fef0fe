// How a scripted phone heals broken sessions, and how it breaks one on request (protocol part 2, sections 6.8
// and 6.10).
#include "bridge/whatsapp/content/capabilities.hpp"
#include "bridge/whatsapp/content/content.hpp"
#include "common/log/log.hpp"
#include "tests/simulator/bundle.hpp"
#include "tests/simulator/phone.hpp"
#include "tests/simulator/phone_content.hpp"

namespace simulator {

namespace content = bridge::whatsapp::content;
namespace crypto = common::crypto;
namespace signal = bridge::whatsapp::signal;
namespace storage = bridge::whatsapp::storage;
using common::Status;

namespace {

constexpr int most_retries = 5;
const Jid nowhere{"100000000000000", bridge::whatsapp::server::lid, 1};

Node bytes_node(std::string_view tag, ByteView bytes) { return Node{tag, {}, common::to_bytes(bytes)}; }

/// An endpoint that exists for a moment, to have a session with nobody.
struct Stranger {
    Stranger() : identity{crypto::KeyPair::generate()}, cipher{storage, signal::LocalIdentity{identity, 1}} {}
    crypto::KeyPair identity;
    tests::support::MemoryStorage storage;
    signal::Cipher cipher;
};

}  // namespace

void Phone::ask_again(const Node& stanza, const Account& sender, std::uint16_t device) {
    ++counters_.undecryptable;
    const std::string id = stanza.text("id");
    int& count = asked_again_[{sender.jid(Space::lid, device).to_string(), id}];
    if (++count >= most_retries) return;
    const auto had_session = cipher_->has_session(sender.jid(Space::lid, device));
    // A shared message that came alone and cannot be opened: its key never came, and will not come by itself.
    const Node* enc = stanza.child("enc");
    const bool lacks_key = enc != nullptr && enc->text("type") == "skmsg";
    Node receipt{"receipt", {{"id", id}, {"to", *stanza.jid("from")}, {"type", "retry"}}};
    for (const std::string_view kept : {"participant", "recipient"}) {
        if (const auto value = stanza.jid(kept)) receipt.set(kept, *value);
    }
    Node retry{"retry", {{"count", std::to_string(count)}, {"id", id}, {"t", stanza.text("t")}, {"v", "1"}}};
    receipt.add(std::move(retry));
    const PublishedKeys& own = account_.devices.at(0).keys;
    receipt.add(bytes_node("registration", common::be_bytes(own.registration_id, 4)));
    const bool with_keys = count > 1 || lacks_key || (had_session && !*had_session);
    if (const auto fresh = storage_->pre_keys().generate(with_keys ? 1 : 0); with_keys && fresh && !fresh->empty()) {
        Node keys{"keys"};
        keys.add(bytes_node("type", Bytes{5}));
        keys.add(bytes_node("identity", own.identity));
        Node key{"key"};
        key.add(bytes_node("id", common::be_bytes(fresh->front().id, 3)));
        key.add(bytes_node("value", fresh->front().pair.public_key));
        keys.add(std::move(key));
        Node signed_key{"skey"};
        signed_key.add(bytes_node("id", common::be_bytes(own.signed_id, 3)));
        signed_key.add(bytes_node("value", own.signed_key));
        signed_key.add(bytes_node("signature", own.signature));
        keys.add(std::move(signed_key));
        receipt.add(std::move(keys));
    }
    ++counters_.retries_sent;
    router_.receipt(account_, account_.devices.at(0), receipt);
}

void Phone::answer_retry(const Node& receipt, Account& requester, std::uint16_t device) {
    const std::string id = receipt.text("id");
    const auto sent = sent_.find(id);
    const Node* retry = receipt.child("retry");
    const auto target = requester.devices.find(device);
    if (sent == sent_.end() || retry == nullptr || target == requester.devices.end()) return;
    const auto count = retry->number("count").value_or(1);
    if (count >= most_retries) return;
    const Jid address = requester.jid(Space::lid, device);
    bool fresh_session = count > 1;
    if (const Node* keys = receipt.child("keys")) {
        const auto bundle = parse_bundle(*keys, receipt.child("registration"));
        if (bundle && cipher_->start_session(address, *bundle)) fresh_session = false;
    }
    const Outgoing& original = sent->second;
    Bytes plaintext = content_for(requester, original);
    const content::ChatKind kind = content::chat_kind_of(original.chat);
    const bool shared = kind == content::ChatKind::group || kind == content::ChatKind::status;
    if (shared) {
        key_holders_[original.chat].erase(address);
        const auto key = cipher_->sender_key_distribution(original.chat.to_string(), account_.jid(Space::lid));
        const auto whole = key ? with_sender_key(original.message, original.chat, *key) : key;
        if (!whole) return common::log::warn("phone has no sender key to give", {{"why", whole.error().message()}});
        plaintext = padded(*whole);
    }
    auto enc = encrypt_for(requester, target->second, plaintext, fresh_session);
    if (!enc) return common::log::warn("phone cannot answer a retry", {{"why", enc.error().message()}});
    enc->set("count", std::to_string(count));
    Node message = blank_stanza(original);
    message.set("to", *receipt.jid("from"));
    if (const auto participant = receipt.jid("participant")) message.set("participant", *participant);
    if (!shared) message.set("device_fanout", "false");
    if (const Group* group = registry_.find_group(original.chat)) message.set("addressing_mode", name_of(group->mode));
    if (&requester == &account_ && !shared) message.set("recipient", original.chat);
    message.add(std::move(*enc));
    ++counters_.retries_answered;
    router_.message(account_, account_.devices.at(0), message);
}

void Phone::answer_lost_file(const Node& receipt, std::uint16_t device) {
    const auto asker = account_.devices.find(device);
    if (asker == account_.devices.end() || reupload_ == Reupload::silent) return;
    const PhoneMessage* message = find_message(receipt.text("id"));
    const auto said = message == nullptr ? common::Result<content::Content>{common::Errc::not_found}
                                         : content::read(message->message);
    const auto* file = said ? std::get_if<content::Media>(&said->body) : nullptr;
    Node answer = media_retry_answer(media_, receipt, file, reupload_);
    answer.set("from", account_.jid(Space::pn));
    router_.notify(account_, asker->second, std::move(answer));
}

Status Phone::forget_sender_key(const Jid& group, const Account& owner, std::uint16_t device) {
    cipher_->forget_cache();
    const Jid address = owner.jid(Space::lid, device);
    return storage_->sender_keys().remove(group.to_string(), storage::address_of(address));
}

Status Phone::wreck_session(const Account& owner, std::uint16_t device) {
    const Jid address = owner.jid(Space::lid, device);
    Stranger stranger;
    storage::SignedPreKey signed_key;
    signed_key.pair = crypto::KeyPair::generate();
    signed_key.signature =
        crypto::xeddsa_sign(stranger.identity.private_key, crypto::prefixed(signed_key.pair.public_key));
    if (auto saved = stranger.storage.signed_pre_keys().save(signed_key); !saved) return saved.error();
    signal::PreKeyBundle bundle;
    bundle.registration_id = 1;
    bundle.identity = stranger.identity.public_key;
    bundle.signed_pre_key.id = signed_key.id;
    bundle.signed_pre_key.key = signed_key.pair.public_key;
    bundle.signed_pre_key.signature = common::to_bytes(ByteView{signed_key.signature});
    if (auto removed = cipher_->remove_session(address); !removed) return removed.error();
    if (auto started = cipher_->start_session(address, bundle); !started) return started.error();
    // One exchange with the stranger, so that what follows are ordinary messages of an established session.
    const Bytes greeting{1};
    const auto first = cipher_->encrypt(address, greeting);
    if (!first) return first.error();
    if (auto opened = stranger.cipher.decrypt(nowhere, first->type, first->bytes); !opened) return opened.error();
    const auto answer = stranger.cipher.encrypt(nowhere, greeting);
    if (!answer) return answer.error();
    if (auto opened = cipher_->decrypt(address, answer->type, answer->bytes); !opened) return opened.error();
    return {};
}

}  // namespace simulator
