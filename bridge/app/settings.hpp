/// The bridge's settings: what may be said on the command line, in the environment and in the file, checked.
#pragma once

#include "bridge/app/media_port.hpp"
#include "bridge/whatsapp/client/client.hpp"
#include "common/bytes/bytes.hpp"
#include "common/config/config.hpp"
#include "common/result/result.hpp"

#include <optional>
#include <string>

namespace bridge::app {

struct Settings {
    common::config::HostPort listen;
    std::string data_dir;
    std::string token;
    std::string log_level;
    bool log_json{false};
    std::string pair_code_phone;  ///< "" links by QR
    bool show_qr{true};
    whatsapp::client::Options client;
    std::vector<std::string> send_folders;  ///< files may be sent from these, and from `uploads`
    Folders folders;
    mediastore::Limits media_limits;
    AutoDownload auto_download;
    std::vector<std::string> url_hosts;  ///< files may be fetched from these; none: from nowhere
};

/// Either settings, or text to print and an exit status.
struct Parsed {
    std::optional<Settings> settings;
    std::string text;
    int exit_status{0};
};
Parsed parse_settings(int argc, const char* const* argv);

}  // namespace bridge::app
