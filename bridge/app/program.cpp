#include "bridge/app/program.hpp"

#include "bridge/api/api.hpp"
#include "bridge/api/qr_image.hpp"
#include "bridge/app/counters.hpp"
#include "bridge/app/media_port.hpp"
#include "bridge/app/ports.hpp"
#include "bridge/app/sender_port.hpp"
#include "bridge/app/store_sink.hpp"
#include "bridge/eventlog/eventlog.hpp"
#include "bridge/keystore/keystore.hpp"
#include "bridge/mediastore/mediastore.hpp"
#include "bridge/store/store.hpp"
#include "common/http/server.hpp"
#include "common/log/log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

namespace bridge::app {

namespace asio = common::asio;
namespace client = whatsapp::client;

namespace {

constexpr auto drain_limit = std::chrono::seconds{5};

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

int complain(const std::string& what, const common::Error& error) {
    std::fprintf(stderr, "whatsapp-bridge: %s: %s\n", what.c_str(), error.message().c_str());
    return 1;
}

/// Asks for a code again and again until somebody typed one.
asio::awaitable<void> offer_codes(client::Client& whatsapp, std::string phone) {
    while (whatsapp.status().jid.empty()) {
        const auto code = co_await whatsapp.request_pair_code(phone);
        std::chrono::seconds pause{5};
        if (code) {
            print(
                "Link code for " + common::log::redacted(phone) + ": " + code->code +
                "  (WhatsApp > Linked devices > Link with phone number)"
            );
            pause = std::chrono::seconds{150};
        } else if (code.error().kind() == common::Kind::invalid) {
            common::log::error("no code for this number", {{"why", code.error().message()}});
            co_return;
        }
        if (const auto slept = co_await common::sleep_for(pause); !slept) co_return;
    }
}

}  // namespace

int run_program(const Settings& settings) {
    common::log::configure(settings.log_level, settings.log_json);
    ::umask(0077);
    std::error_code made;
    std::filesystem::create_directories(settings.data_dir, made);
    auto keys = keystore::KeyStore::open(settings.data_dir + "/whatsapp.db");
    if (!keys) return complain("data folder " + settings.data_dir, keys.error());
    const common::SystemClock clock;
    store::Options store_options;
    store_options.path = settings.data_dir + "/messages.db";
    auto messages = store::Store::open(store_options, clock);
    if (!messages) return complain("message store", messages.error());

    auto media_files = mediastore::MediaStore::open(settings.folders.media, settings.media_limits);
    if (!media_files) return complain("media folder " + settings.folders.media, media_files.error());
    if (auto folder = common::files::make_folder(settings.folders.uploads); !folder)
        return complain("folder " + settings.folders.uploads, folder.error());
    std::vector<std::string> send_folders = settings.send_folders;
    send_folders.push_back(settings.folders.uploads);
    auto folders = mediastore::SendFolders::create(send_folders);
    if (!folders) return complain("--send-dir", folders.error());

    asio::io_context io{1};
    boost::asio::thread_pool storage_thread{1};
    boost::asio::thread_pool workers{2};
    StoreSink sink{io.get_executor(), **messages};
    if (settings.show_qr && settings.pair_code_phone.empty()) {
        sink.on_code([](const std::string& code) {
            print(api::qr_as_terminal_text(code) + "\nScan with the phone: WhatsApp > Linked devices > Link a device");
        });
    }
    client::Client whatsapp{
        io.get_executor(), storage_thread.get_executor(), workers.get_executor(), **keys, clock, sink, settings.client};
    eventlog::EventLog event_log{io.get_executor(), **messages};
    SessionPort session{whatsapp};
    MediaPort media{
        io.get_executor(),
        workers.get_executor(),
        whatsapp,
        **messages,
        **media_files,
        settings.folders,
        settings.auto_download,
        clock};
    sink.on_file([&media](std::string chat, std::string id, const std::string& kind, std::uint64_t size) {
        media.arrived({std::move(chat), std::move(id)}, kind, size);
    });
    convert::Converter converter{convert::Settings{}};
    mediastore::FetchRules fetch_rules;
    fetch_rules.allowed_hosts = settings.url_hosts;
    fetch_rules.ca_file = settings.client.ca_file;
    mediastore::UrlFetcher fetcher{io.get_executor(), workers.get_executor(), std::move(fetch_rules)};
    OutgoingFiles outgoing{
        whatsapp,
        **messages,
        converter,
        fetcher,
        workers.get_executor(),
        {std::move(*folders), settings.folders.uploads, (*media_files)->temp_folder()}};
    SenderPort sender{whatsapp, **messages, outgoing, clock};
    PresencePort presence{whatsapp};
    ClientMetrics metrics{whatsapp};
    bool stopping = false;
    api::Api local_api{api::Deps{
        session,
        sender,
        presence,
        media,
        **messages,
        event_log,
        clock,
        workers.get_executor(),
        settings.token,
        [&metrics] { return metrics.render(); },
        [&stopping] { return std::string{stopping ? "the bridge is shutting down" : ""}; }}};
    common::http::Router router;
    local_api.add_routes(router);
    router.set_observer(
        [&metrics](std::string_view method, std::string_view route, unsigned status, std::chrono::nanoseconds took) {
            metrics.request_answered(method, route, status, took);
        }
    );
    common::http::ServerOptions server_options;
    server_options.host = settings.listen.host;
    server_options.port = settings.listen.port;
    common::http::Server server{io.get_executor(), router, server_options};
    if (auto listening = server.listen(); !listening)
        return complain("listen on " + settings.listen.host, listening.error());
    common::log::info("local API", {{"host", settings.listen.host}, {"port", server.port()}});

    common::TaskGroup tasks{io.get_executor()};
    tasks.spawn(server.run());
    tasks.spawn(whatsapp.run());
    tasks.spawn(media.run_care());
    tasks.spawn(media.run_downloads());
    common::TaskGroup extras{io.get_executor()};
    if (!settings.pair_code_phone.empty()) extras.spawn(offer_codes(whatsapp, settings.pair_code_phone));

    boost::asio::signal_set signals{io, SIGINT, SIGTERM};
    auto shut_down = [&]() -> asio::awaitable<void> {
        boost::system::error_code ignored;
        co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        stopping = true;
        common::log::info("shutting down");
        extras.cancel();
        event_log.close();
        co_await server.drain(drain_limit);
        converter.close();
        co_await media.finish();
        co_await whatsapp.stop();
        co_await sink.finish();
        tasks.cancel();
        co_await tasks.join();
    };
    common::TaskGroup ending{io.get_executor()};
    ending.spawn(shut_down());
    io.run();
    workers.join();
    storage_thread.join();
    (*messages)->close();
    common::log::info("stopped");
    return 0;
}

}  // namespace bridge::app
