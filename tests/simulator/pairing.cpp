#include "tests/simulator/pairing.hpp"

#include "tests/simulator/link_code.hpp"

#include <algorithm>

namespace simulator {

namespace asio = common::asio;
namespace crypto = common::crypto;
using common::Error;
using common::Result;

namespace {

constexpr int refs_per_connection = 6;
constexpr auto patience = std::chrono::seconds{20};

/// Fields of the QR text; the URL prefix is optional.
struct QrCode {
    std::string ref;
    std::string noise;
    std::string identity;
    std::string adv_secret;
};

Result<QrCode> parse_qr(std::string_view text) {
    if (const auto hash = text.find('#'); hash != std::string_view::npos) text.remove_prefix(hash + 1);
    std::vector<std::string> fields;
    for (int i = 0; i < 4; ++i) {
        const auto comma = text.rfind(',');
        if (comma == std::string_view::npos) return PairingErrc::bad_qr;
        fields.insert(fields.begin(), std::string{text.substr(comma + 1)});
        text = text.substr(0, comma);
    }
    const auto noise = common::from_base64(fields[0]);
    const auto identity = common::from_base64(fields[1]);
    const auto secret = common::from_base64(fields[2]);
    if (!noise || !identity || !secret || secret->size() != 32) return PairingErrc::bad_qr;
    return QrCode{
        std::string{text}, common::to_string(*noise), common::to_string(*identity), common::to_string(*secret)};
}

std::string text(const crypto::PublicKey& key) { return common::to_string(ByteView{key}); }

std::uint16_t lowest_free(const Account& account) {
    std::uint16_t number = 1;
    while (account.devices.contains(number)) ++number;
    return number;
}

Node result_for(const Node& iq) {
    return Node{"iq", {{"from", Jid::whatsapp_server()}, {"id", iq.text("id")}, {"type", "result"}}};
}

}  // namespace

common::ErrcInfo describe(PairingErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case PairingErrc::bad_qr: return {Kind::invalid, "not a WhatsApp linking QR code"};
        case PairingErrc::unknown_ref: return {Kind::conflict, "the QR code is not valid any more"};
        case PairingErrc::key_mismatch:
            return {Kind::invalid, "the QR code's keys are not those of the waiting companion"};
        case PairingErrc::no_request: return {Kind::conflict, "no companion asked for a code with this number"};
        case PairingErrc::wrong_code: return {Kind::invalid, "the code is wrong"};
        case PairingErrc::refused: return {Kind::conflict, "the companion refused the link"};
        case PairingErrc::no_answer: return {Kind::conflict, "the companion went away or did not answer"};
    }
    return {Kind::internal, "unknown pairing error"};
}

struct Pairing::Link {
    Link(const asio::any_io_executor& executor, Connection& c, Registration r)
        : connection{&c}, registration{std::move(r)}, settled{executor} {}

    Connection* connection;  ///< null once it closed
    Registration registration;
    std::vector<std::string> refs;
    std::optional<LinkCodeRequest> code;
    std::optional<LinkCodeAnswer> answer;
    std::string phone;  ///< the account it is being linked to
    std::uint16_t number{0};
    std::uint32_t key_index{0};
    SignedCompanion offered;
    std::string offer_id;
    std::optional<Error> failure;
    bool linked{false};
    common::Event settled;

    void fail(Error why) {
        failure = std::move(why);
        settled.notify();
    }
};

Pairing::Pairing(
    asio::any_io_executor executor,
    Registry& registry,
    Router& router,
    const Faults& faults,
    NodeLog& log,
    const common::Clock& clock
)
    : executor_{std::move(executor)}, registry_{registry}, router_{router}, faults_{faults}, log_{log}, clock_{clock} {}

void Pairing::send(Link& link, const Node& node) {
    if (link.connection == nullptr) return;
    log_.add("", 0, "out", node);
    link.connection->send(node);
}

void Pairing::begin(Connection& connection, Registration registration) {
    auto link = std::make_shared<Link>(executor_, connection, std::move(registration));
    Node pair_device{"pair-device"};
    for (int i = 0; i < refs_per_connection; ++i) {
        link->refs.push_back("2@" + common::to_base64(crypto::random_bytes(48)));
        pair_device.add(Node{"ref", {}, common::to_bytes(link->refs.back())});
    }
    links_[&connection] = link;
    Node iq{"iq", {{"from", Jid::whatsapp_server()}, {"type", "set"}, {"xmlns", "md"}}};
    iq.set("id", "pair-" + std::to_string(++last_id_));
    iq.add(std::move(pair_device));
    send(*link, iq);
}

void Pairing::forget(Connection& connection) {
    const auto found = links_.find(&connection);
    if (found == links_.end()) return;
    found->second->connection = nullptr;
    if (!found->second->linked) found->second->fail(PairingErrc::no_answer);
    links_.erase(found);
}

bool Pairing::handle(Connection& connection, const Node& iq) {
    const auto found = links_.find(&connection);
    if (found == links_.end()) return false;
    const LinkPtr link = found->second;
    if (iq.text("type") == "result" || iq.text("type") == "error") {
        if (!link->offer_id.empty() && iq.text("id") == link->offer_id) signed_by_companion(*link, iq);
        return true;
    }
    const Node* request = iq.child("link_code_companion_reg");
    if (request == nullptr) return false;
    if (request->text("stage") == "companion_hello") companion_hello(*link, iq, *request);
    if (request->text("stage") == "companion_finish") companion_finish(*link, iq, *request);
    return true;
}

asio::awaitable<Result<std::uint16_t>> Pairing::outcome(LinkPtr link) {
    while (!link->linked && !link->failure) {
        const auto waited = co_await link->settled.wait(patience);
        if (!waited) co_return Error{PairingErrc::no_answer};
    }
    if (link->failure) co_return *link->failure;
    co_return link->number;
}

asio::awaitable<Result<std::uint16_t>> Pairing::scan(Account& account, std::string qr) {
    const auto code = parse_qr(qr);
    if (!code) co_return code.error();
    const auto knows_ref = [&](const auto& entry) { return std::ranges::count(entry.second->refs, code->ref) > 0; };
    const auto found = std::ranges::find_if(links_, knows_ref);
    if (found == links_.end()) co_return Error{PairingErrc::unknown_ref};
    const LinkPtr link = found->second;
    const Registration& registration = link->registration;
    if (code->noise != text(registration.noise) || code->identity != text(registration.keys.identity)) {
        co_return Error{PairingErrc::key_mismatch};
    }
    offer(*link, account, common::as_bytes(code->adv_secret));
    co_return co_await outcome(link);
}

asio::awaitable<Result<std::uint16_t>> Pairing::enter_code(Account& account, std::string code) {
    std::erase(code, '-');
    const auto asked = [&](const auto& entry) {
        return entry.second->code && entry.second->code->phone == account.phone;
    };
    const auto found = std::ranges::find_if(links_, asked);
    if (found == links_.end()) co_return Error{PairingErrc::no_request};
    const LinkPtr link = found->second;
    link->phone = account.phone;
    link->failure.reset();
    link->answer = answer_link_code(*link->code, code);
    Node hello{"link_code_companion_reg", {{"stage", "primary_hello"}}};
    hello.add(Node{"link_code_pairing_wrapped_primary_ephemeral_pub", {}, link->answer->wrapped});
    hello.add(Node{"primary_identity_pub", {}, common::to_bytes(ByteView{account.identity.public_key})});
    hello.add(Node{"link_code_pairing_ref", {}, common::to_bytes(link->code->ref)});
    Node notification{"notification", {{"from", Jid::whatsapp_server()}, {"type", "link_code_companion_reg"}}};
    notification.set("id", "link-" + std::to_string(++last_id_));
    notification.set("t", std::to_string(clock_.now().time_since_epoch().count()));
    notification.add(std::move(hello));
    send(*link, notification);
    co_return co_await outcome(link);
}

void Pairing::companion_hello(Link& link, const Node& iq, const Node& request) {
    auto code = parse_companion_hello(request);
    if (!code) {
        Node error{"iq", {{"from", Jid::whatsapp_server()}, {"id", iq.text("id")}, {"type", "error"}}};
        error.add(Node{"error", {{"code", "400"}, {"text", "bad-request"}}});
        return send(link, error);
    }
    link.code = std::move(*code);
    link.code->ref = "3@" + common::to_base64(crypto::random_bytes(24));
    Node answer = result_for(iq);
    Node body{"link_code_companion_reg"};
    body.add(Node{"link_code_pairing_ref", {}, common::to_bytes(link.code->ref)});
    answer.add(std::move(body));
    send(link, answer);
}

void Pairing::companion_finish(Link& link, const Node& iq, const Node& request) {
    Account* account = registry_.find(link.phone);
    if (account == nullptr || !link.answer) return link.fail(PairingErrc::no_request);
    send(link, result_for(iq));
    const auto secret = open_key_bundle(*link.answer, request, account->identity, link.registration.keys.identity);
    if (!secret) return link.fail(secret.error());
    offer(link, *account, secret->view());
}

void Pairing::offer(Link& link, Account& account, ByteView adv_secret) {
    const auto seconds = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
    link.phone = account.phone;
    link.failure.reset();
    link.number = lowest_free(account);
    link.key_index = account.last_key_index + 1;
    link.offered = sign_companion(
        account, link.registration.keys.identity, link.key_index, seconds, adv_secret, faults_.tamper_adv
    );
    link.offer_id = "pair-" + std::to_string(++last_id_);
    Node success{"pair-success"};
    success.add(Node{"device-identity", {}, link.offered.container});
    Node device{"device", {{"jid", account.jid(Space::pn, link.number)}}};
    device.set("lid", account.jid(Space::lid, link.number));
    success.add(std::move(device));
    success.add(Node{"platform", {{"name", "android"}}});
    Node iq{"iq", {{"from", Jid::whatsapp_server()}, {"type", "set"}, {"xmlns", "md"}, {"id", link.offer_id}}};
    iq.set("t", std::to_string(seconds));
    iq.add(std::move(success));
    send(link, iq);
}

void Pairing::signed_by_companion(Link& link, const Node& iq) {
    Account* account = registry_.find(link.phone);
    if (account == nullptr) return link.fail(PairingErrc::no_request);
    if (iq.text("type") == "error") {
        const Node* error = iq.child("error");
        const std::string detail = error == nullptr ? "" : error->text("code") + " " + error->text("text");
        return link.fail(Error{PairingErrc::refused, detail});
    }
    const Node* sign = iq.child("pair-device-sign");
    const Node* identity = sign == nullptr ? nullptr : sign->child("device-identity");
    if (identity == nullptr) return link.fail(Error{PairingErrc::refused, "pair-device-sign is missing"});
    auto record = accept_device_signature(*account, link.registration.keys.identity, link.offered, identity->bytes());
    if (!record) return link.fail(Error{PairingErrc::refused, "the device signature does not hold"});

    Device device;
    device.number = link.number;
    device.platform = link.registration.platform;
    device.noise = link.registration.noise;
    device.keys = link.registration.keys;
    device.identity_record = std::move(*record);
    device.key_index = link.key_index;
    account->last_key_index = link.key_index;
    account->devices.insert_or_assign(link.number, std::move(device));
    router_.announce_device(*account, "add", link.number, link.key_index);
    link.linked = true;
    link.settled.notify();
    send(link, Node{"stream:error", {{"code", "515"}}});
    link.connection->finish();
}

}  // namespace simulator
