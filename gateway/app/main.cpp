// whatsapp-gateway: the public face of a bridge.
#include "common/log/log.hpp"
#include "gateway/app/settings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>

namespace {

using namespace gateway;
namespace asio = common::asio;

asio::awaitable<void> wait_for_end(asio::io_context& io, app::Gateway& gateway) {
    asio::signal_set signals{io, SIGTERM, SIGINT};
    boost::system::error_code ignored;
    co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    common::log::info("ending");
    // A second signal ends the program at once.
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    signals.clear(ignored);
    co_await gateway.stop();
}

int run(app::Settings settings) {
    common::log::configure(settings.log_level, settings.log_json);
    const common::SystemClock clock;
    asio::io_context io{1};
    const auto host = settings.options.server.host;
    app::Gateway gateway{io.get_executor(), std::move(settings.options), clock};
    if (const auto started = gateway.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message().c_str());
        return 1;
    }
    common::log::info("listening", {{"host", host}, {"port", gateway.port()}});
    common::TaskGroup main_task{io.get_executor()};
    main_task.spawn(wait_for_end(io, gateway));
    io.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    auto parsed = app::parse_settings(argc, argv);
    if (!parsed.settings) {
        std::fprintf(parsed.exit_status == 0 ? stdout : stderr, "%s\n", parsed.text.c_str());
        return parsed.exit_status;
    }
    try {
        return run(std::move(*parsed.settings));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "whatsapp-gateway: %s\n", error.what());
        return 1;
    }
}
