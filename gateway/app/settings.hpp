/// Command line, environment and file of whatsapp-gateway.
#pragma once

#include "gateway/app/gateway.hpp"

#include <optional>
#include <string>

namespace gateway::app {

struct Settings {
    Options options;
    std::string log_level;
    bool log_json{false};
};

/// Settings, or a text to print and the status to exit with.
struct Parsed {
    std::optional<Settings> settings;
    std::string text;
    int exit_status{0};
};

Parsed parse_settings(int argc, const char* const* argv);

}  // namespace gateway::app
