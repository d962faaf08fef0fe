/// The control API over HTTP (docs/simulator.md): what tests and people do to the simulated network.
#pragma once

#include "common/http/server.hpp"
#include "common/json/json.hpp"
#include "tests/simulator/load.hpp"
#include "tests/simulator/server.hpp"

#include <functional>
#include <string>

namespace simulator {

enum class ControlErrc { bad_request = 1, no_account, no_device, no_group, no_message, not_connected };
common::ErrcInfo describe(ControlErrc code) noexcept;

/// What `GET /info` tells.
struct NetworkInfo {
    std::string whatsapp_url;
    std::string control_url;
    std::string ca_file;
    std::vector<std::string> media_hosts;  ///< "127.0.0.1:4711", primary first
};

/// The client build that `/sw.js` announces.
inline constexpr std::uint32_t current_build = 1045649367;

class Control {
public:
    Control(Server& server, Load& load, NetworkInfo info) : server_{server}, load_{load}, info_{std::move(info)} {}

    void install(common::http::Router& routes);
    /// Version discovery, also served where clients look for it: beside the WebSocket.
    static void install_version(common::http::Router& routes);

private:
    using Request = common::http::Request;
    using Response = common::http::Response;
    using Answer = common::Result<Response>;
    /// A call that needs no waiting.
    using Call = std::function<Answer(const Request& request, common::json::Value body)>;

    void add(common::http::Router& routes, std::string_view method, std::string_view pattern, Call call);
    void install_accounts(common::http::Router& routes);
    void install_devices(common::http::Router& routes);
    void install_messages(common::http::Router& routes);
    void install_media(common::http::Router& routes);
    void install_profiles(common::http::Router& routes);
    void install_groups(common::http::Router& routes);
    void install_faults(common::http::Router& routes);

    common::Result<Account*> account_of(const Request& request);
    common::Result<Account*> find_account(std::string_view number_or_jid);
    common::Result<std::pair<Account*, Device*>> device_of(const Request& request);
    /// By id or JID.
    common::Result<Group*> find_group(std::string_view id_or_jid);
    /// Who "by" names, else an admin; null when there is none.
    common::Result<const Account*> actor_of(const Group& group, common::json::Value body);
    /// A person's address (`space`), a group, `status@broadcast` or a list.
    common::Result<Jid> find_chat(std::string_view text, Space space = Space::lid);
    common::asio::awaitable<Answer> send(Account& account, std::string request);
    common::Result<Outgoing> addressed(common::json::Value body);
    common::asio::awaitable<Answer> download(Account& account, std::string request);
    Answer read(Phone& phone, common::json::Value body);
    Answer change_profile(Account& account, common::json::Value body);
    Answer create_group(common::json::Value body);
    Answer change_group(Group& group, common::json::Value body);
    Answer set_faults(common::json::Value body);

    Server& server_;
    Load& load_;
    NetworkInfo info_;
};

}  // namespace simulator
