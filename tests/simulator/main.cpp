// whatsapp-simulator: a WhatsApp server and phones on this machine, for tests and the demo (docs/simulator.md).
#include "common/config/config.hpp"
#include "common/http/server.hpp"
#include "common/log/log.hpp"
#include "tests/simulator/certificate.hpp"
#include "tests/simulator/control.hpp"
#include "tests/simulator/demo.hpp"
#include "tests/simulator/state_file.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace asio = common::asio;
namespace config = common::config;
namespace http = common::http;
using common::Status;

constexpr auto drain_limit = std::chrono::seconds{2};
constexpr auto save_interval = std::chrono::seconds{5};

struct Options {
    config::HostPort listen;
    config::HostPort control;
    config::HostPort media;
    std::string data_dir;
    bool demo{false};
    bool keeps_state{false};
};

http::ServerOptions server_options(const config::HostPort& address) {
    http::ServerOptions server;
    server.host = address.host;
    server.port = address.port;
    return server;
}

std::string authority(const std::string& host, std::uint16_t port) {
    const std::string name = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host;
    return name + ":" + std::to_string(port);
}

std::string url(std::string_view scheme, const std::string& host, std::uint16_t port) {
    return std::string{scheme} + "://" + authority(host, port);
}

asio::awaitable<void> save_now_and_then(simulator::Server& server, std::string file) {
    while (co_await common::sleep_for(save_interval)) {
        if (auto saved = simulator::save_state(server, file); !saved) {
            common::log::warn("state not saved", {{"why", saved.error().message()}});
        }
    }
}

asio::awaitable<void> stop_on_signal(
    asio::io_context& io, simulator::Server& server, simulator::Load& load, const std::vector<http::Server*>& servers
) {
    asio::signal_set signals{io, SIGINT, SIGTERM};
    boost::system::error_code code;
    co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, code));
    load.stop();
    server.shut_down();
    for (http::Server* one : servers) co_await one->drain(drain_limit);
    io.stop();
}

Status run(const Options& options) {
    asio::io_context io{1};
    const common::SystemClock clock;
    std::filesystem::create_directories(options.data_dir);
    const auto tls = simulator::prepare_tls(options.data_dir);
    if (!tls) return tls.error();

    const std::string state_file = options.data_dir + "/state.json";
    auto identity = simulator::load_or_make_identity(options.data_dir + "/noise.json");
    if (!identity) return identity.error();
    asio::thread_pool workers{2};
    std::error_code ignored;
    std::filesystem::remove_all(options.data_dir + "/media", ignored);  // of a process that was killed
    simulator::media::Host media{workers.get_executor(), options.data_dir + "/media"};
    simulator::Server server{io.get_executor(), std::move(*identity), media, clock};
    if (options.keeps_state) {
        if (auto loaded = simulator::load_state(server, state_file); !loaded) return loaded.error().within(state_file);
    }
    simulator::Load load{io.get_executor(), server};

    http::Router whatsapp_routes;
    whatsapp_routes.add_websocket(
        "/ws/chat",
        [&server](const http::Request&, http::WebSocket& socket) -> asio::awaitable<void> {
            co_await server.serve(socket);
        }
    );
    simulator::Control::install_version(whatsapp_routes);
    http::ServerOptions listen = server_options(options.listen);
    listen.tls_certificate_file = tls->certificate;
    listen.tls_key_file = tls->key;
    http::Server whatsapp{io.get_executor(), whatsapp_routes, listen};
    if (auto bound = whatsapp.listen(); !bound) return bound.error().within("--listen");

    // Two hosts with the same files, so that clients have one to fall back to.
    http::Router media_routes;
    http::Router fallback_routes;
    media.install(media_routes, simulator::media::Side::primary);
    media.install(fallback_routes, simulator::media::Side::fallback);
    http::ServerOptions media_listen = listen;
    media_listen.host = options.media.host;
    media_listen.port = options.media.port;
    http::Server media_server{io.get_executor(), media_routes, media_listen};
    if (auto bound = media_server.listen(); !bound) return bound.error().within("--media");
    media_listen.port = 0;
    http::Server fallback_server{io.get_executor(), fallback_routes, media_listen};
    if (auto bound = fallback_server.listen(); !bound) return bound.error().within("fallback media host");
    media.set_addresses(
        authority(options.media.host, media_server.port()), authority(options.media.host, fallback_server.port())
    );

    http::Router control_routes;
    http::Server control{io.get_executor(), control_routes, server_options(options.control)};
    if (auto bound = control.listen(); !bound) return bound.error().within("--control");
    simulator::NetworkInfo info;
    info.whatsapp_url = url("wss", options.listen.host, whatsapp.port()) + "/ws/chat";
    info.control_url = url("http", options.control.host, control.port());
    info.media_hosts = {
        media.address(simulator::media::Side::primary), media.address(simulator::media::Side::fallback)};
    info.ca_file = std::filesystem::absolute(tls->ca).string();
    simulator::Control calls{server, load, info};
    calls.install(control_routes);

    common::TaskGroup tasks{io.get_executor()};
    tasks.spawn(whatsapp.run());
    tasks.spawn(control.run());
    tasks.spawn(media_server.run());
    tasks.spawn(fallback_server.run());
    const std::vector<http::Server*> servers{&control, &whatsapp, &media_server, &fallback_server};
    tasks.spawn(stop_on_signal(io, server, load, servers));
    if (options.keeps_state) tasks.spawn(save_now_and_then(server, state_file));
    std::optional<simulator::Demo> demo;
    if (options.demo) {
        demo.emplace(io.get_executor(), server, clock);
        tasks.spawn(demo->run());
    }
    std::printf(
        "WhatsApp simulator\n  whatsapp  %s\n  media     https://%s\n  control   %s\n  root key  %s\n  CA file   %s\n",
        info.whatsapp_url.c_str(),
        info.media_hosts.front().c_str(),
        info.control_url.c_str(),
        common::to_hex(server.identity().root.public_key).c_str(),
        info.ca_file.c_str()
    );
    std::fflush(stdout);
    io.run();
    return options.keeps_state ? simulator::save_state(server, state_file) : Status{};
}

}  // namespace

int main(int argc, char** argv) {
    config::Settings settings{"whatsapp-simulator", "0.1.0", "a WhatsApp server and phones on this machine, for tests"};
    settings.host_port("listen", "SIMULATOR_LISTEN", "127.0.0.1:0", "address of the WhatsApp WebSocket (TLS)");
    settings.host_port("control", "SIMULATOR_CONTROL", "127.0.0.1:8090", "address of the control API");
    settings.host_port("media", "SIMULATOR_MEDIA", "127.0.0.1:0", "address of the media host (TLS)");
    settings.text("data-dir", "SIMULATOR_DATA_DIR", "", "keeps keys and accounts here; without it each start is new");
    settings.toggle("demo", "SIMULATOR_DEMO", "a few invented people keep talking to the linked account");
    settings.choice("log-level", "LOG_LEVEL", {"info", "debug", "warn", "error"}, "least level of log lines");
    const auto parsed = settings.parse(argc, argv);
    if (!parsed) {
        std::fprintf(stderr, "%s\n", parsed.error().detail().c_str());
        return config::exit_usage;
    }
    if (parsed->answer) {
        std::fputs(parsed->answer->c_str(), stdout);
        return 0;
    }
    common::log::configure(parsed->values.text("log-level"), false);
    Options options;
    options.listen = parsed->values.host_port("listen");
    options.control = parsed->values.host_port("control");
    options.media = parsed->values.host_port("media");
    options.data_dir = parsed->values.text("data-dir");
    options.keeps_state = !options.data_dir.empty();
    options.demo = parsed->values.toggle("demo");
    std::string temporary;
    if (!options.keeps_state) {
        temporary = (std::filesystem::temp_directory_path() / "whatsapp-simulator-XXXXXX").string();
        if (::mkdtemp(temporary.data()) == nullptr) {
            std::perror("temporary folder");
            return 1;
        }
        options.data_dir = temporary;
    }
    const auto ended = run(options);
    std::error_code ignored;
    if (!temporary.empty()) std::filesystem::remove_all(temporary, ignored);
    if (!ended) std::fprintf(stderr, "%s\n", ended.error().message().c_str());
    return ended ? 0 : 1;
}
