// What happens between the handshake and `<success>` (protocol part 1, sections 5, 6.6 and 8.1 to 8.3).
#include "common/log/log.hpp"
#include "proto/companion.pb.h"
#include "proto/handshake.pb.h"
#include "tests/simulator/server.hpp"

#include <zlib.h>

namespace simulator {

namespace crypto = common::crypto;

namespace {

constexpr int reason_malformed = 400;
constexpr int reason_logged_out = 401;
constexpr int reason_outdated = 405;

std::string version_text(const wa::handshake::AppVersion& version) {
    return std::to_string(version.primary()) + "." + std::to_string(version.secondary()) + "." +
           std::to_string(version.tertiary());
}

common::Result<Registration> parse_registration(
    const wa::handshake::DevicePairingRegistrationData& data, const std::string& version
) {
    Registration registration;
    const auto identity = common::to_array<32>(common::as_bytes(data.e_ident()));
    const auto signed_key = common::to_array<32>(common::as_bytes(data.e_skey_val()));
    if (!identity || !signed_key || data.e_regid().size() != 4 || data.e_skey_id().size() != 3) {
        return common::Errc::invalid_argument;
    }
    const auto signature = common::as_bytes(data.e_skey_sig());
    if (!crypto::xeddsa_verify(*identity, crypto::prefixed(*signed_key), signature))
        return common::Errc::invalid_argument;
    const auto build = crypto::md5(common::as_bytes(version));
    if (data.build_hash() != common::as_text(build)) return common::Errc::invalid_argument;
    registration.keys.registration_id = static_cast<std::uint32_t>(common::read_be(common::as_bytes(data.e_regid())));
    registration.keys.identity = *identity;
    registration.keys.signed_id = static_cast<std::uint32_t>(common::read_be(common::as_bytes(data.e_skey_id())));
    registration.keys.signed_key = common::to_bytes(data.e_skey_val());
    registration.keys.signature = common::to_bytes(data.e_skey_sig());
    wa::companion::DeviceProps props;
    if (props.ParseFromString(data.device_props())) registration.platform = props.os();
    return registration;
}

}  // namespace

// A receiver must stop inflating long before the end.
Bytes zlib_bomb() {
    const Bytes zeros(64U << 20, 0);
    uLongf size = compressBound(static_cast<uLong>(zeros.size()));
    Bytes bomb(size + 1);
    bomb[0] = 0x02;
    compress2(bomb.data() + 1, &size, zeros.data(), static_cast<uLong>(zeros.size()), Z_BEST_COMPRESSION);
    bomb.resize(size + 1);
    return bomb;
}

void Server::fail(Connection& connection, int reason) {
    send(connection, Node{"failure", {{"reason", std::to_string(reason)}, {"location", "sim"}}});
    connection.finish();
}

void Server::opened(Connection& connection, ByteView client_payload) {
    wa::handshake::ClientPayload payload;
    if (!payload.ParseFromArray(client_payload.data(), static_cast<int>(client_payload.size()))) {
        return fail(connection, reason_malformed);
    }
    if (payload.user_agent().app_version().tertiary() < faults_.min_build) return fail(connection, reason_outdated);
    if (payload.has_device_pairing_data()) return begin_registration(connection, payload);
    log_in(connection, payload);
}

void Server::begin_registration(Connection& connection, const wa::handshake::ClientPayload& payload) {
    auto registration =
        parse_registration(payload.device_pairing_data(), version_text(payload.user_agent().app_version()));
    if (!registration) {
        common::log::warn("registration payload refused");
        return fail(connection, reason_malformed);
    }
    registration->noise = connection.client_static();
    pairing_.begin(connection, std::move(*registration));
}

void Server::log_in(Connection& connection, const wa::handshake::ClientPayload& payload) {
    const std::string phone = std::to_string(payload.username());
    const auto number = static_cast<std::uint16_t>(payload.device());
    if (const auto refused = faults_.login_failures.find(phone); refused != faults_.login_failures.end()) {
        return fail(connection, refused->second);
    }
    Account* account = registry_.find(phone);
    Device* device = registry_.find_companion(phone, number, connection.client_static());
    if (account == nullptr || device == nullptr) return fail(connection, reason_logged_out);
    if (Connection* old = device->connection) {
        Node error{"stream:error"};
        error.add(Node{"conflict", {{"type", "replaced"}}});
        send(*old, error);
        old->phone.clear();
        old->device = 0;
        old->finish();
        Delivery::disconnected(*device);
    }
    connection.phone = phone;
    connection.device = number;
    device->connection = &connection;
    Node success{"success", {{"t", std::to_string(clock_.now().time_since_epoch().count())}}};
    success.set("lid", account->jid(Space::lid, number));
    success.set("props", "1");
    success.set("abprops", "1");
    success.set("location", "sim");
    if (!account->name.empty()) success.set("display_name", account->name);
    send(connection, success);
    // A client that did not log in as passive gets its queue at once.
    if (!payload.passive()) delivery_.start(*account, *device);
}

void Server::before_login(Connection& connection, const Node& node) {
    if (node.tag != "iq") return;
    const bool ping = node.text("xmlns") == "w:p";
    if (ping && faults_.ignore_pings) return;
    if (!ping && pairing_.handle(connection, node)) return;
    Node answer{"iq", {{"from", Jid::whatsapp_server()}, {"id", node.text("id")}}};
    answer.set("type", ping ? "result" : "error");
    if (ping) answer.set("t", std::to_string(clock_.now().time_since_epoch().count()));
    if (!ping) answer.add(Node{"error", {{"code", "501"}, {"text", "feature-not-implemented"}}});
    send(connection, answer);
}

}  // namespace simulator
