#include "bridge/whatsapp/jid/jid.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace bridge::whatsapp {

using common::Result;

namespace {

constexpr std::string_view digits = "0123456789";

bool all_digits(std::string_view text) noexcept { return text.find_first_not_of(digits) == text.npos; }

/// A whole decimal number without sign; nothing when it is not one or does not fit.
template <class T>
std::optional<T> decimal(std::string_view text) noexcept {
    if (text.empty() || !all_digits(text)) return std::nullopt;
    T value{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{}) return std::nullopt;
    return value;
}

/// Servers whose device JIDs travel as AD_JID, where the device is one byte.
bool has_byte_devices(std::string_view server_name) noexcept {
    return server_name == server::user || server_name == server::lid || server_name == server::hosted ||
           server_name == server::hosted_lid;
}

unsigned signal_domain(const Jid& jid) noexcept {
    if (jid.server == server::lid) return 1;
    if (jid.server == server::hosted) return 128;
    if (jid.server == server::hosted_lid) return 129;
    return jid.agent;
}

/// `user`, `user:device`, `user.agent` or `user.agent:device`.
bool parse_user(std::string_view text, Jid& jid) {
    const std::size_t dot = text.find('.');
    const std::size_t colon = text.find(':');
    if (dot != text.npos) {
        const std::string_view right = text.substr(dot + 1);
        const std::string_view agent_text = right.substr(0, right.find(':'));
        const auto agent = decimal<std::uint8_t>(agent_text);
        if (!agent || (colon != text.npos && colon < dot)) return false;
        jid.agent = *agent;
    }
    if (colon != text.npos) {
        const auto device = decimal<std::uint16_t>(text.substr(colon + 1));
        if (!device || (*device > 255 && has_byte_devices(jid.server))) return false;
        jid.device = *device;
    }
    jid.user = text.substr(0, std::min(dot, colon));
    return !jid.user.empty();
}

/// `integrator-user[:device]`; there is no agent here, so the user may hold dots.
bool parse_interop_user(std::string_view text, Jid& jid) {
    const std::size_t dash = text.find('-');
    if (dash != text.npos) {
        if (const auto integrator = decimal<std::uint16_t>(text.substr(0, dash))) {
            jid.integrator = *integrator;
            text.remove_prefix(dash + 1);
        }
    }
    const std::size_t colon = text.find(':');
    if (colon != text.npos) {
        const auto device = decimal<std::uint16_t>(text.substr(colon + 1));
        if (!device) return false;
        jid.device = *device;
    }
    jid.user = text.substr(0, colon);
    return !jid.user.empty();
}

}  // namespace

common::ErrcInfo describe(JidErrc code) noexcept {
    switch (code) {
        case JidErrc::malformed: return {common::Kind::invalid, "not a WhatsApp address or phone number"};
    }
    return {common::Kind::internal, "unknown address error"};
}

Result<Jid> Jid::parse(std::string_view text) {
    const std::size_t at = text.find('@');
    Jid jid;
    jid.server = at == text.npos ? text : text.substr(at + 1);
    if (jid.server.empty() || jid.server.find_first_of("@:") != jid.server.npos) return JidErrc::malformed;
    if (at == text.npos || at == 0) return jid;
    const std::string_view left = text.substr(0, at);
    const bool good = jid.server == server::interop ? parse_interop_user(left, jid) : parse_user(left, jid);
    if (!good) return JidErrc::malformed;
    return jid;
}

Result<Jid> Jid::parse_recipient(std::string_view text) {
    if (text.find('@') != text.npos) {
        auto jid = parse(text);
        if (!jid) return jid;
        if (jid->user.empty() || jid->agent > 0) return JidErrc::malformed;
        if (jid->server == server::legacy_user) jid->server = server::user;
        return jid;
    }
    std::string number;
    for (const char c : text) {
        if (digits.find(c) != digits.npos) {
            number.push_back(c);
        } else if (c == '+' && !number.empty()) {
            return JidErrc::malformed;
        } else if (std::string_view{"+ -.()\t"}.find(c) == std::string_view::npos) {
            return JidErrc::malformed;
        }
    }
    if (number.size() < 7 || number.size() > 15) return JidErrc::malformed;
    return Jid{number, server::user};
}

std::string Jid::to_string() const {
    if (user.empty()) return server;
    std::string text;
    if (server == server::interop) text.append(std::to_string(integrator)).append("-");
    text += user;
    if (agent > 0) text.append(".").append(std::to_string(agent));
    if (device > 0 || agent > 0) text.append(":").append(std::to_string(device));
    return text.append("@").append(server);
}

std::string Jid::to_ad_string() const {
    const std::string_view shown = server == server::legacy_user ? server::user : std::string_view{server};
    std::string text = user;
    text.append(".").append(std::to_string(agent)).append(":").append(std::to_string(device));
    return text.append("@").append(shown);
}

bool Jid::is_bot() const noexcept {
    if (server == server::bot) return true;
    if (server != server::user || device != 0 || user.size() != 11 || !all_digits(user)) return false;
    return user.starts_with("1313555") || user.starts_with("131655500");
}

Jid Jid::normalised() const {
    Jid jid = *this;
    if (server == server::hosted || server == server::legacy_user) jid.server = server::user;
    if (server == server::hosted_lid) jid.server = server::lid;
    return jid;
}

std::string Jid::signal_name() const {
    const unsigned domain = signal_domain(*this);
    return domain == 0 ? user : user + "_" + std::to_string(domain);
}

}  // namespace bridge::whatsapp
