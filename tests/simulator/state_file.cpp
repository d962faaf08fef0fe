#include "tests/simulator/state_file.hpp"

#include "bridge/whatsapp/binary/codec.hpp"
#include "common/json/json.hpp"
#include "tests/simulator/state_groups.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace simulator {

namespace binary = bridge::whatsapp::binary;
namespace crypto = common::crypto;
namespace json = common::json;
using common::Error;
using common::Result;
using common::Status;

namespace {

Result<std::string> read_file(const std::string& path) {
    std::ostringstream text;
    std::ifstream in{path};
    if (!in || !(text << in.rdbuf())) return Error{StateErrc::unreadable, path};
    return text.str();
}

Status write_file(const std::string& path, const std::string& text) {
    const std::string beside = path + ".new";
    {
        std::ofstream out{beside, std::ios::trunc};
        if (!(out << text) || !out.flush()) return Error{StateErrc::unwritable, path};
    }
    std::error_code failed;
    std::filesystem::rename(beside, path, failed);
    if (failed) return Error{StateErrc::unwritable, path};
    return {};
}

Bytes bytes_of(json::Value value) {
    auto bytes = common::from_base64(value.string_or(""));
    return bytes ? std::move(*bytes) : Bytes{};
}
std::uint32_t u32_of(json::Value value) { return static_cast<std::uint32_t>(value.unsigned_integer().value_or(0)); }

Result<crypto::KeyPair> key_pair_of(json::Value value) {
    const auto scalar = common::to_array<32>(bytes_of(value));
    if (!scalar) return StateErrc::malformed;
    return crypto::KeyPair::from_private(*scalar);
}

void write(json::Writer& out, const Device& device) {
    out.object().field("number", device.number).field("platform", device.platform);
    out.field("noise", common::to_base64(device.noise)).field("key_index", device.key_index);
    out.field("identity_record", common::to_base64(device.identity_record));
    out.field("registration_id", device.keys.registration_id)
        .field("identity", common::to_base64(device.keys.identity));
    out.field("signed_id", device.keys.signed_id).field("signed_key", common::to_base64(device.keys.signed_key));
    out.field("signature", common::to_base64(device.keys.signature)).key("one_time").array();
    for (const OneTimeKey& key : device.keys.one_time) {
        out.object().field("id", key.id).field("key", common::to_base64(key.key)).end();
    }
    out.end().key("queue").array();
    for (const Queued& entry : device.queue) out.value(common::to_base64(binary::encode(entry.stanza)));
    out.end().end();
}

Result<Device> device_of(json::Value value) {
    Device device;
    const auto noise = common::to_array<32>(bytes_of(value["noise"]));
    const auto identity = common::to_array<32>(bytes_of(value["identity"]));
    if (!noise || !identity) return StateErrc::malformed;
    device.number = static_cast<std::uint16_t>(u32_of(value["number"]));
    device.platform = value["platform"].string_or("");
    device.noise = *noise;
    device.key_index = u32_of(value["key_index"]);
    device.identity_record = bytes_of(value["identity_record"]);
    device.keys.registration_id = u32_of(value["registration_id"]);
    device.keys.identity = *identity;
    device.keys.signed_id = u32_of(value["signed_id"]);
    device.keys.signed_key = bytes_of(value["signed_key"]);
    device.keys.signature = bytes_of(value["signature"]);
    for (std::size_t i = 0; i < value["one_time"].size(); ++i) {
        const json::Value key = value["one_time"].at(i);
        device.keys.one_time.push_back({u32_of(key["id"]), bytes_of(key["key"])});
    }
    for (std::size_t i = 0; i < value["queue"].size(); ++i) {
        auto stanza = binary::decode(bytes_of(value["queue"].at(i)));
        if (!stanza) return stanza.error();
        device.queue.push_back({std::move(*stanza), false});
    }
    return device;
}

Status add_account(Server& server, json::Value value) {
    Account& account = server.registry().add(value["phone"].string_or(""), value["name"].string_or(""));
    auto identity = key_pair_of(value["identity"]);
    if (!identity) return identity.error();
    account.identity = std::move(*identity);
    account.raw_id = u32_of(value["raw_id"]);
    account.last_key_index = u32_of(value["last_key_index"]);
    for (std::size_t i = 0; i < value["contacts"].size(); ++i) {
        account.contacts.insert(value["contacts"].at(i).string_or(""));
    }
    for (std::size_t i = 0; i < value["devices"].size(); ++i) {
        auto device = device_of(value["devices"].at(i));
        if (!device) return device.error();
        const std::uint16_t number = device->number;
        account.devices.insert_or_assign(number, std::move(*device));
    }
    server.add_account(account.phone, account.name);
    return {};
}

}  // namespace

common::ErrcInfo describe(StateErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case StateErrc::unreadable: return {Kind::unavailable, "the simulator's state cannot be read"};
        case StateErrc::malformed: return {Kind::invalid, "the simulator's state is damaged"};
        case StateErrc::unwritable: return {Kind::unavailable, "the simulator's state cannot be written"};
    }
    return {Kind::internal, "unknown state error"};
}

Result<NoiseIdentity> load_or_make_identity(const std::string& file) {
    if (!std::filesystem::exists(file)) {
        NoiseIdentity made = NoiseIdentity::generate();
        json::Writer out;
        out.object().field("root", common::to_base64(made.root.private_key.view()));
        out.field("intermediate", common::to_base64(made.intermediate.private_key.view()));
        out.field("leaf", common::to_base64(made.leaf.private_key.view())).end();
        if (auto written = write_file(file, out.take()); !written) return written.error();
        return made;
    }
    const auto text = read_file(file);
    if (!text) return text.error();
    const auto document = json::Document::parse(*text);
    if (!document) return document.error();
    auto root = key_pair_of(document->root()["root"]);
    auto intermediate = key_pair_of(document->root()["intermediate"]);
    auto leaf = key_pair_of(document->root()["leaf"]);
    if (!root || !intermediate || !leaf) return Error{StateErrc::malformed, file};
    return NoiseIdentity{std::move(*root), std::move(*intermediate), std::move(*leaf)};
}

Status load_state(Server& server, const std::string& file) {
    if (!std::filesystem::exists(file)) return {};
    const auto text = read_file(file);
    if (!text) return text.error();
    const auto document = json::Document::parse(*text);
    if (!document) return document.error();
    const json::Value accounts = document->root()["accounts"];
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        if (auto added = add_account(server, accounts.at(i)); !added) return added.error();
    }
    const json::Value groups = document->root()["groups"];
    for (std::size_t i = 0; i < groups.size(); ++i) server.registry().add_group(read_group(groups.at(i)));
    return {};
}

Status save_state(Server& server, const std::string& file) {
    json::Writer out;
    out.object().key("accounts").array();
    for (const auto& [phone, account] : server.registry().accounts()) {
        out.object().field("phone", phone).field("name", account.name);
        out.field("identity", common::to_base64(account.identity.private_key.view()));
        out.field("raw_id", account.raw_id).field("last_key_index", account.last_key_index).key("contacts").array();
        for (const std::string& contact : account.contacts) out.value(contact);
        out.end().key("devices").array();
        for (const auto& [number, device] : account.devices) {
            if (number != 0) write(out, device);
        }
        out.end().end();
    }
    out.end().key("groups").array();
    for (const auto& [id, group] : server.registry().groups()) write_group(out, group);
    out.end().end();
    return write_file(file, out.take());
}

}  // namespace simulator
