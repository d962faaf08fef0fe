#include "bridge/app/settings.hpp"

#include "bridge/whatsapp/client/version.hpp"

#include <algorithm>
#include <array>

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
    settings.text(
        "media-host",
        "MEDIA_HOST",
        "",
        "host[:port] that takes the place of WhatsApp's media hosts (http:// only on loopback)"
    );
    settings.list("send-dir", "BRIDGE_SEND_DIR", "folder that files may be sent from; besides DATA-DIR/uploads");
    settings.list(
        "fetch-host",
        "BRIDGE_FETCH_HOST",
        "host that files may be fetched from to be sent: name, *.name or * for any public host"
    );
    settings.integer(
        "media-quota-mb", "BRIDGE_MEDIA_QUOTA_MB", 10'240, 0, 1'000'000'000, "space for downloaded files; 0: no limit"
    );
    settings.integer(
        "media-keep-days",
        "BRIDGE_MEDIA_KEEP_DAYS",
        90,
        0,
        36'500,
        "how long after its last use a downloaded file stays; 0: for ever"
    );
    settings.list(
        "auto-download",
        "BRIDGE_AUTO_DOWNLOAD",
        "kind of file that is downloaded without being asked for: image, video, gif, video_note, audio, voice_note, "
        "document, sticker"
    );
    settings.integer(
        "auto-download-mb",
        "BRIDGE_AUTO_DOWNLOAD_MB",
        16,
        1,
        2'048,
        "largest file that is downloaded without being asked for"
    );
    settings.choice("log-level", "LOG_LEVEL", {"info", "debug", "warn", "error"}, "what is logged");
    settings.choice("log-format", "LOG_FORMAT", {"text", "json"}, "how it is logged");
    return settings;
}

bool is_file_kind(const std::string& kind) {
    constexpr std::array kinds{"image", "video", "gif", "video_note", "audio", "voice_note", "document", "sticker"};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
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
    client.media_host = values.text("media-host");
    if (const auto policy = whatsapp::media::HostPolicy::create(client.media_host); !policy)
        return refuse("--media-host must be host[:port]; http:// only for this machine");
    client.outgoing_folder = out.data_dir + "/outgoing";
    out.folders.media = out.data_dir + "/media";
    out.folders.uploads = out.data_dir + "/uploads";
    out.send_folders = values.list("send-dir");
    out.url_hosts = values.list("fetch-host");
    out.media_limits.quota = static_cast<std::uint64_t>(values.integer("media-quota-mb")) << 20;
    out.media_limits.retention = std::chrono::days{values.integer("media-keep-days")};
    const std::vector<std::string>& kinds = values.list("auto-download");
    for (const std::string& kind : kinds) {
        if (!is_file_kind(kind)) return refuse("--auto-download: " + kind + " is no kind of file");
        out.auto_download.kinds.insert(kind);
    }
    out.auto_download.max_size = static_cast<std::uint64_t>(values.integer("auto-download-mb")) << 20;
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
