#include "common/config/detail/sources.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <string_view>

namespace common::config::detail {
namespace {

/// The flag nobody declared. Only its name: what follows may be a secret after a typing error.
std::string first_unknown(const std::vector<std::string>& extras) {
    for (const std::string& extra : extras) {
        if (extra.starts_with('-')) return "unknown flag " + extra.substr(0, extra.find('='));
    }
    return "an argument without a flag";
}

/// CLI11 drops empty values; one control character stands for them on the way through it.
constexpr std::string_view empty_mark = "\x01";

void mark_empty(std::string& argument) {
    if (argument.empty() || (argument.starts_with("--") && argument.ends_with('='))) argument += empty_mark;
}

void unmark_empty(std::string& value) {
    if (value == empty_mark) value.clear();
}

}  // namespace

Result<CommandLine> read_command_line(const std::vector<Setting>& settings, std::vector<std::string> arguments) {
    CLI::App app;
    app.set_help_flag();
    CommandLine line;
    app.add_flag("-h,--help", line.help);
    app.add_flag("--version", line.version);
    app.add_option("--config", line.file);
    for (const Setting& setting : settings) {
        const std::string flag = "--" + setting.name;
        if (setting.type == Type::toggle) {
            app.add_flag(flag);
        } else {
            CLI::Option* option = app.add_option(flag)->type_size(1)->expected(1);
            if (setting.type == Type::list) option->take_all();
        }
    }
    std::ranges::for_each(arguments, mark_empty);
    try {
        std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
        app.parse(std::move(arguments));
    } catch (const CLI::ExtrasError&) {
        return Error{Errc::unknown_setting, first_unknown(app.remaining()) + " (--help lists all settings)"};
    } catch (const CLI::ParseError& error) {
        return Error{Errc::bad_value, std::string{error.what()} + " (--help lists all settings)"};
    }
    unmark_empty(line.file);
    for (const Setting& setting : settings) {
        const CLI::Option* option = app.get_option("--" + setting.name);
        if (option->count() == 0) continue;
        auto& values = line.found[setting.name] = option->results();
        std::ranges::for_each(values, unmark_empty);
    }
    return line;
}

}  // namespace common::config::detail
