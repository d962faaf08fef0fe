// whatsapp-bridge: one WhatsApp linked device, served to local programs over HTTP.
#include "bridge/app/program.hpp"
#include "bridge/app/settings.hpp"

#include <csignal>
#include <cstdio>

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto parsed = bridge::app::parse_settings(argc, argv);
    if (!parsed.settings) {
        std::fprintf(parsed.exit_status == 0 ? stdout : stderr, "%s\n", parsed.text.c_str());
        return parsed.exit_status;
    }
    return bridge::app::run_program(*parsed.settings);
}
