// Calls of the control API about linked devices, faults, load and the log of stanzas.
#include "tests/simulator/control.hpp"

#include <optional>

namespace simulator {

namespace http = common::http;
namespace json = common::json;
using common::Error;

namespace {

http::Response ok(json::Writer& body) { return {200, "application/json", body.take()}; }
http::Response done() { return {200, "application/json", R"({"done":true})"}; }

std::optional<MalformedFrame> malformed_kind(std::string_view name) {
    if (name == "frame") return MalformedFrame::frame;
    if (name == "node") return MalformedFrame::node;
    if (name == "zlib_bomb") return MalformedFrame::zlib_bomb;
    if (name == "bad_token") return MalformedFrame::bad_token;
    return std::nullopt;
}

std::optional<BadCertificate> certificate_fault(std::string_view name) {
    if (name.empty()) return BadCertificate::none;
    if (name == "wrong_root") return BadCertificate::wrong_root;
    if (name == "expired") return BadCertificate::expired;
    if (name == "wrong_leaf") return BadCertificate::wrong_leaf;
    return std::nullopt;
}

/// The switch of that name; null when it is none.
bool* flag_of(Faults& faults, std::string_view name) {
    if (name == "drop_acks") return &faults.drop_acks;
    if (name == "tamper_adv") return &faults.tamper_adv;
    if (name == "ignore_pings") return &faults.ignore_pings;
    if (name == "duplicate_delivery") return &faults.duplicate_delivery;
    if (name == "phash_mismatch") return &faults.phash_mismatch;
    if (name == "grouped_receipts") return &faults.grouped_receipts;
    if (name == "drop_skdm") return &faults.drop_skdm;
    if (name == "skmsg_first") return &faults.skmsg_first;
    if (name == "late_skdm") return &faults.late_skdm;
    return nullptr;
}

Node stream_error(json::Value body) {
    Node error{"stream:error"};
    const std::string code = body["code"].string_or(std::to_string(body["code"].integer_or(0)));
    if (code != "0") error.set("code", code);
    if (const auto conflict = body["conflict"].string()) {
        error.add(Node{"conflict", {{"type", *conflict}}});
    }
    return error;
}

}  // namespace

void Control::install_devices(http::Router& routes) {
    add(routes, "GET", "/devices", [this](const Request&, json::Value) -> Answer {
        json::Writer out;
        out.array();
        for (const auto& [phone, account] : server_.registry().accounts()) {
            for (const auto& [number, device] : account.devices) {
                if (number == 0) continue;
                out.object().field("phone", phone).field("device", number);
                out.field("connected", device.connection != nullptr).field("active", device.active);
                out.field("held", device.held).field("queued", device.queue.size());
                out.field("prekeys", device.keys.one_time.size()).field("platform", device.platform).end();
            }
        }
        out.end();
        return ok(out);
    });
    add(routes, "POST", "/devices/{phone}/{device}/drop", [this](const Request& request, json::Value) -> Answer {
        const auto found = device_of(request);
        if (!found) return found.error();
        if (found->second->connection == nullptr) return ControlErrc::not_connected;
        found->second->connection->drop();
        return done();
    });
    add(routes,
        "POST",
        "/devices/{phone}/{device}/stream-error",
        [this](const Request& request, json::Value body) -> Answer {
            const auto found = device_of(request);
            if (!found) return found.error();
            if (found->second->connection == nullptr) return ControlErrc::not_connected;
            server_.delivery().answer(*found->first, *found->second, stream_error(body));
            found->second->connection->finish();
            return done();
        });
    add(routes, "POST", "/devices/{phone}/{device}/hold", [this](const Request& request, json::Value body) -> Answer {
        const auto found = device_of(request);
        if (!found) return found.error();
        if (body["hold"].boolean_or(true))
            found->second->held = true;
        else
            server_.delivery().release(*found->first, *found->second);
        return done();
    });
    add(routes,
        "POST",
        "/devices/{phone}/{device}/malformed",
        [this](const Request& request, json::Value body) -> Answer {
            const auto found = device_of(request);
            if (!found) return found.error();
            const auto kind = malformed_kind(body["kind"].string_or(""));
            if (!kind) return Error{ControlErrc::bad_request, "kind is frame, node, zlib_bomb or bad_token"};
            if (found->second->connection == nullptr) return ControlErrc::not_connected;
            server_.send_malformed(*found->second, *kind);
            return done();
        });
    add(routes,
        "POST",
        "/devices/{phone}/{device}/corrupt-session",
        [this](const Request& request, json::Value body) -> Answer {
            const auto found = device_of(request);
            if (!found) return found.error();
            const auto peer = find_account(body["peer"].string_or(""));
            if (!peer) return peer.error();
            const auto wrecked = server_.phone_of(**peer).wreck_session(*found->first, found->second->number);
            if (!wrecked) return wrecked.error();
            return done();
        });
    add(routes,
        "POST",
        "/devices/{phone}/{device}/damage-keys",
        [this](const Request& request, json::Value body) -> Answer {
            const auto found = device_of(request);
            if (!found) return found.error();
            auto& [account, device] = *found;
            auto& keys = device->keys.one_time;
            if (body["lose"].boolean_or(false)) {
                keys.clear();
            } else if (!keys.empty()) {
                keys.back().key.front() ^= 1;
            }
            server_.router().notify(*account, *device, "encrypt", Jid::whatsapp_server(), Node{"digest"});
            return done();
        });
}

void Control::install_faults(http::Router& routes) {
    add(routes, "POST", "/faults", [this](const Request&, json::Value body) -> Answer { return set_faults(body); });
    add(routes, "POST", "/faults/reset", [this](const Request&, json::Value) -> Answer {
        server_.faults() = Faults{};
        return done();
    });
    add(routes, "GET", "/log", [this](const Request& request, json::Value) -> Answer {
        const std::string after{request.query_value("after").value_or("0")};
        const std::uint64_t seq = std::strtoull(after.c_str(), nullptr, 10);
        json::Writer out;
        out.array();
        for (const LogEntry& entry : server_.log().entries()) {
            if (entry.seq <= seq) continue;
            out.object().field("seq", entry.seq).field("phone", entry.phone).field("device", entry.device);
            out.field("direction", entry.direction).field("outline", entry.outline).end();
        }
        out.end();
        return ok(out);
    });
    add(routes, "POST", "/load", [this](const Request&, json::Value body) -> Answer {
        const auto from = find_account(body["from"].string_or(""));
        const auto to = find_account(body["to"].string_or(""));
        if (!from) return from.error();
        if (!to) return to.error();
        LoadPlan plan;
        plan.from = (*from)->phone;
        plan.to = (*to)->phone;
        plan.count = body["count"].unsigned_integer().value_or(0);
        plan.rate = body["rate"].number().value_or(plan.rate);
        plan.text_prefix = body["text_prefix"].string_or(plan.text_prefix);
        if (plan.count == 0 || !(plan.rate > 0)) return Error{ControlErrc::bad_request, "count and rate are positive"};
        if (auto started = load_.start(std::move(plan)); !started) return started.error();
        return done();
    });
    add(routes, "GET", "/load", [this](const Request&, json::Value) -> Answer {
        const LoadStatus& status = load_.status();
        json::Writer out;
        out.object().field("running", status.running).field("count", status.count).field("sent", status.sent);
        out.field("failed", status.failed).field("last_id", status.last_id).end();
        return ok(out);
    });
}

Control::Answer Control::set_faults(json::Value body) {
    Faults faults = server_.faults();
    for (const std::string_view key : body.keys()) {
        const json::Value value = body[key];
        if (key == "min_version") {
            const std::string version = value.string_or("");
            const auto dot = version.rfind('.');
            faults.min_build = static_cast<std::uint32_t>(std::strtoul(version.substr(dot + 1).c_str(), nullptr, 10));
        } else if (key == "login_failure") {
            const auto account = find_account(value["phone"].string_or(""));
            if (!account) return account.error();
            const auto reason = static_cast<int>(value["reason"].integer_or(0));
            if (reason == 0)
                faults.login_failures.erase((*account)->phone);
            else
                faults.login_failures[(*account)->phone] = reason;
        } else if (key == "bad_certificate") {
            const auto fault = certificate_fault(value.string_or(""));
            if (!fault) return Error{ControlErrc::bad_request, "bad_certificate is wrong_root, expired or wrong_leaf"};
            faults.certificate = *fault;
        } else if (key == "flip_bit_next") {
            const auto account = find_account(value["to_phone"].string_or(""));
            if (!account) return account.error();
            faults.flip_bit_next = (*account)->phone;
        } else if (key == "delay_acks_ms") {
            faults.ack_delay = std::chrono::milliseconds{value.integer_or(0)};
        } else if (key == "ack_error") {
            faults.ack_error = static_cast<int>(value.integer_or(0));
        } else if (key == "ack_errors_left") {
            faults.ack_errors_left = value.unsigned_integer().value_or(0);
        } else if (key == "withhold_next") {
            const auto account = find_account(value["to_phone"].string_or(""));
            if (!account) return account.error();
            faults.withhold_next = (*account)->phone;
            faults.withhold_type = value["type"].string_or("");
        } else if (bool* flag = flag_of(faults, key)) {
            *flag = value.boolean_or(false);
        } else {
            return Error{ControlErrc::bad_request, "unknown fault " + std::string{key}};
        }
    }
    server_.faults() = std::move(faults);
    return done();
}

}  // namespace simulator
