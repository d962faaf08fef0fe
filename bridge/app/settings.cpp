#include "bridge/app/settings.hpp"

#include "bridge/whatsapp/client/version.hpp"

namespace bridge::app {

using common::Error;
using common::Result;
namespace config = common::config;

namespace {

/// The root of WhatsApp's Noise certificates, "WhatsAppLongTerm1" (protocol part 1, section 2.4).
constexpr std::string_view whatsapp_root_key = "142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b";

config::Settings declared() {
    config::Settings settings{
        "whatsapp-bridge", "0.1.0", "Keeps one WhatsApp linked device and serves it to local programs."};
    settings.host_port(
        "listen", "BRIDGE_LISTEN", "127.0.0.1:8080", "address of the local API; beyond loopback a token is needed"
    );
    settings.text("data-dir", "BRIDGE_DATA_DIR", "./store", "folder of whatsapp.db and messages.db");
    settings.secret("token", "BRIDGE_TOKEN", "shared secret that callers of the local API must show");
    settings.text(
        "whatsapp-url", "WHATSAPP_URL", "wss://web.whatsapp.com/ws/chat", "WhatsApp's endpoint (ws:// only on loopback)"
    );
    settings.text(
        "whatsapp-root-key",
        "WHATSAPP_ROOT_KEY",
        std::string{whatsapp_root_key},
        "trusted certificate root, 64 hex digits"
    );
    settings.text("tls-ca-file", "TLS_CA_FILE", "", "extra certificate authorities for TLS, PEM");
    settings.text(
        "client-version", "WHATSAPP_CLIENT_VERSION", "", "fixed web client version a.b.c; else looked up and kept"
    );
    settings.text(
        "version-url",
        "WHATSAPP_VERSION_URL",
        "https://web.whatsapp.com/sw.js",
        "where the web client version is looked up; empty: never"
    );
    settings.text(
        "device-name", "WHATSAPP_DEVICE_NAME", "Chrome (Linux)", "\"Browser (OS)\", shown under linked devices"
    );
    settings.text(
        "pair-code", "WHATSAPP_PAIR_CODE", "", "phone number: link by an 8-character code instead of the QR code"
    );
    settings.toggle("no-qr", "BRIDGE_NO_QR", "do not draw the QR code in the terminal");
    settings.duration(
        "keep-alive", "WHATSAPP_KEEP_ALIVE", "20s", "how often the connection has to prove that it is alive"
    );
    settings.duration("keep-alive-answer", "WHATSAPP_KEEP_ALIVE_ANSWER", "10s", "how long such a proof may take");
    settings.duration(
        "reconnect-unit",
        "WHATSAPP_RECONNECT_UNIT",
        "1s",
        "first pause between attempts to connect; then 1, 2, 3, 5, 8 ... times"
    );
    settings.duration(
        "ack-limit",
        "WHATSAPP_ACK_LIMIT",
        "75s",
        "after which an unacknowledged send is reported and repeated with the same id"
    );
    settings.choice("log-level", "LOG_LEVEL", {"info", "debug", "warn", "error"}, "what is logged");
    settings.choice("log-format", "LOG_FORMAT", {"text", "json"}, "how it is logged");
    return settings;
}

/// Why the URL may not be used; plain ws:// would show the handshake to the network.
std::optional<std::string> refusal_of(const std::string& url) {
    if (url.starts_with("wss://")) return std::nullopt;
    if (!url.starts_with("ws://")) return "--whatsapp-url must be a wss:// address";
    const std::string rest = url.substr(5);
    const std::string authority = rest.substr(0, rest.find('/'));
    const bool bracket = authority.starts_with('[');
    const std::string host =
        bracket ? authority.substr(1, authority.find(']') - 1) : authority.substr(0, authority.find(':'));
    if (config::is_loopback(host)) return std::nullopt;
    return "--whatsapp-url: plain ws:// is accepted only on loopback";
}

Result<Settings> checked(const config::Values& values) {
    const auto refuse = [](std::string why) { return Error{common::Errc::invalid_argument, std::move(why)}; };
    Settings out;
    out.listen = values.host_port("listen");
    out.data_dir = values.text("data-dir");
    out.token = common::to_string(values.secret("token").view());
    if (!config::is_loopback(out.listen.host) && out.token.empty()) {
        return refuse(
            "--listen " + out.listen.host +
            " is open to the network: set --token (or BRIDGE_TOKEN), or listen on 127.0.0.1"
        );
    }
    out.log_level = values.text("log-level");
    out.log_json = values.text("log-format") == "json";
    out.pair_code_phone = values.text("pair-code");
    out.show_qr = !values.toggle("no-qr");
    auto& client = out.client;
    client.url = values.text("whatsapp-url");
    if (auto why = refusal_of(client.url)) return refuse(*why);
    const auto key = common::from_hex(values.text("whatsapp-root-key"));
    if (!key || key->size() != client.root_key.size()) return refuse("--whatsapp-root-key must be 64 hex digits");
    std::copy(key->begin(), key->end(), client.root_key.begin());
    client.ca_file = values.text("tls-ca-file");
    client.version_url = values.text("version-url");
    if (const std::string& text = values.text("client-version"); !text.empty()) {
        const auto version = whatsapp::client::parse_version(text);
        if (!version) return refuse("--client-version must be like 2.3000.1045649367");
        client.version = *version;
    }
    client.version_file = out.data_dir + "/client_version";
    client.device_name = values.text("device-name");
    const auto interval = values.duration("keep-alive");
    client.keep_alive.interval_min = interval * 3 / 4;
    client.keep_alive.interval_max = interval * 5 / 4;
    client.keep_alive.answer_limit = values.duration("keep-alive-answer");
    client.back_off_unit = values.duration("reconnect-unit");
    client.ack_limit = values.duration("ack-limit");
    return out;
}

}  // namespace

Parsed parse_settings(int argc, const char* const* argv) {
    Parsed out;
    const auto parsed = declared().parse(argc, argv);
    if (!parsed) {
        out.text = parsed.error().detail();
        out.exit_status = config::exit_usage;
        return out;
    }
    if (parsed->answer) {
        out.text = *parsed->answer;
        return out;
    }
    auto settings = checked(parsed->values);
    if (!settings) {
        out.text = settings.error().detail();
        out.exit_status = config::exit_usage;
        return out;
    }
    out.settings = std::move(*settings);
    return out;
}

}  // namespace bridge::app
