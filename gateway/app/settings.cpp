#include "gateway/app/settings.hpp"

#include "common/config/config.hpp"

#include <utility>

namespace gateway::app {
namespace {

namespace config = common::config;

config::Settings declared() {
    config::Settings settings{
        "whatsapp-gateway", "0.1.0", "Serves the public API: REST, WebSocket and its documentation."};
    settings.host_port(
        "listen",
        "GATEWAY_LISTEN",
        "127.0.0.1:8000",
        "address of the API; 0.0.0.0:8000 when an API key is set, and only with one beyond loopback"
    );
    settings.text("bridge-url", "BRIDGE_URL", "http://127.0.0.1:8080", "where the bridge serves its local API");
    settings.secret("bridge-token", "BRIDGE_TOKEN", "the bridge's shared secret, when it has one");
    settings.secret("api-key", "GATEWAY_API_KEY", "one key with all rights, sent as X-API-Key or bearer token");
    settings.choice("log-level", "LOG_LEVEL", {"info", "debug", "warn", "error"}, "what is logged");
    settings.choice("log-format", "LOG_FORMAT", {"text", "json"}, "how it is logged");
    return settings;
}

Parsed refusal(std::string text) {
    Parsed out;
    out.text = std::move(text);
    out.exit_status = config::exit_usage;
    return out;
}

bool is_url(std::string_view text) noexcept { return text.starts_with("http://") || text.starts_with("https://"); }

}  // namespace

Parsed parse_settings(int argc, const char* const* argv) {
    const auto parsed = declared().parse(argc, argv);
    if (!parsed) return refusal(parsed.error().detail());
    Parsed out;
    if (parsed->answer) {
        out.text = *parsed->answer;
        return out;
    }
    const auto& values = parsed->values;
    Settings settings;
    auto& options = settings.options;
    options.api_key = values.secret("api-key");
    const auto listen = values.host_port("listen");
    const bool everywhere = !options.api_key.empty() && !values.given("listen");
    options.server.host = everywhere ? "0.0.0.0" : listen.host;
    options.server.port = listen.port;
    if (const auto allowed = auth::Access{options.api_key}.may_listen(options.server.host); !allowed) {
        return refusal("--listen " + options.server.host + ": " + std::string{allowed.error().text()});
    }
    options.bridge.url = values.text("bridge-url");
    while (options.bridge.url.ends_with('/')) options.bridge.url.pop_back();
    if (!is_url(options.bridge.url)) return refusal("--bridge-url must begin with http:// or https://");
    options.bridge.token = common::to_string(values.secret("bridge-token").view());
    settings.log_level = values.text("log-level");
    settings.log_json = values.text("log-format") == "json";
    out.settings = std::move(settings);
    return out;
}

}  // namespace gateway::app
