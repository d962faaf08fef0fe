#include "common/config/config.hpp"
#include "common/config/detail/sources.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace common::config {
namespace {

std::vector<std::string> split_at_commas(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= text.size()) {
        const std::size_t comma = std::min(text.find(',', start), text.size());
        if (comma > start) parts.push_back(text.substr(start, comma - start));
        start = comma + 1;
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string whole;
    for (const std::string& part : parts) {
        if (!whole.empty()) whole += between;
        whole += part;
    }
    return whole;
}

/// What a value must look like, for --help and for errors.
std::string shape(const Setting& setting) {
    switch (setting.type) {
        case Type::text:
        case Type::secret:
        case Type::list: return "TEXT";
        case Type::integer: return std::to_string(setting.least) + ".." + std::to_string(setting.most);
        case Type::toggle: return "true|false";
        case Type::duration: return "DURATION (250ms, 75s, 5m, 2h, 7d)";
        case Type::host_port: return "HOST:PORT";
        case Type::choice: return joined(setting.choices, "|");
    }
    return "TEXT";
}

bool fits(const Setting& setting, const std::string& text) {
    switch (setting.type) {
        case Type::text:
        case Type::secret:
        case Type::list: return true;
        case Type::integer: {
            const auto value = parse_integer(text);
            return value && *value >= setting.least && *value <= setting.most;
        }
        case Type::toggle: return parse_toggle(text).has_value();
        case Type::duration: return parse_duration(text).has_value();
        case Type::host_port: return parse_host_port(text).has_value();
        case Type::choice: return std::ranges::find(setting.choices, text) != setting.choices.end();
    }
    return false;
}

/// One value unless it is a list, each of the right shape.
Status check(const Setting& setting, const std::vector<std::string>& texts, const std::string& where) {
    if (setting.type != Type::list && texts.size() != 1) return Error{Errc::bad_value, where + ": give it once"};
    for (const std::string& text : texts) {
        if (!fits(setting, text)) return Error{Errc::bad_value, where + ": " + text + " is not " + shape(setting)};
    }
    return {};
}

std::optional<std::string> variable_of_process(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (!value) return std::nullopt;
    return value;
}

}  // namespace

ErrcInfo describe(Errc code) noexcept {
    switch (code) {
        case Errc::unknown_setting: return {Kind::invalid, "unknown setting"};
        case Errc::bad_value: return {Kind::invalid, "value does not fit its setting"};
        case Errc::unreadable_file: return {Kind::invalid, "configuration file cannot be read"};
        case Errc::malformed_file: return {Kind::invalid, "configuration file is malformed"};
    }
    return {Kind::internal, "unknown configuration error"};
}

Settings::Settings(std::string program, std::string version, std::string purpose)
    : program_{std::move(program)}, version_{std::move(version)}, purpose_{std::move(purpose)} {}

Settings& Settings::add(Setting setting) {
    if (std::ranges::find(settings_, setting.name, &Setting::name) != settings_.end()) {
        throw std::logic_error{"setting is declared twice: " + setting.name};
    }
    if (!setting.fallback.empty() && !fits(setting, setting.fallback)) {
        throw std::logic_error{"default does not fit its setting: " + setting.name};
    }
    settings_.push_back(std::move(setting));
    return *this;
}

Settings& Settings::text(std::string name, std::string environment, std::string fallback, std::string meaning) {
    return add({Type::text, std::move(name), std::move(environment), std::move(fallback), std::move(meaning)});
}

Settings& Settings::secret(std::string name, std::string environment, std::string meaning) {
    return add({Type::secret, std::move(name), std::move(environment), {}, std::move(meaning)});
}

Settings& Settings::integer(
    std::string name,
    std::string environment,
    std::int64_t fallback,
    std::int64_t least,
    std::int64_t most,
    std::string meaning
) {
    return add(
        {Type::integer,
         std::move(name),
         std::move(environment),
         std::to_string(fallback),
         std::move(meaning),
         least,
         most}
    );
}

Settings& Settings::toggle(std::string name, std::string environment, std::string meaning) {
    return add({Type::toggle, std::move(name), std::move(environment), "false", std::move(meaning)});
}

Settings& Settings::duration(std::string name, std::string environment, std::string fallback, std::string meaning) {
    return add({Type::duration, std::move(name), std::move(environment), std::move(fallback), std::move(meaning)});
}

Settings& Settings::host_port(std::string name, std::string environment, std::string fallback, std::string meaning) {
    return add({Type::host_port, std::move(name), std::move(environment), std::move(fallback), std::move(meaning)});
}

Settings& Settings::choice(
    std::string name, std::string environment, std::vector<std::string> choices, std::string meaning
) {
    Setting setting{Type::choice, std::move(name), std::move(environment), choices.at(0), std::move(meaning)};
    setting.choices = std::move(choices);
    return add(std::move(setting));
}

Settings& Settings::list(std::string name, std::string environment, std::string meaning) {
    return add({Type::list, std::move(name), std::move(environment), {}, std::move(meaning)});
}

std::string Settings::file_variable() const {
    std::string name = program_ + "_CONFIG";
    for (char& c : name) {
        if (c == '-') c = '_';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return name;
}

Result<Parsed> Settings::parse(int argc, const char* const* argv) const {
    return parse(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), variable_of_process);
}

Result<Parsed> Settings::parse(const std::vector<std::string>& arguments, const Environment& environment) const {
    auto line = detail::read_command_line(settings_, arguments);
    if (!line) return line.error();
    Parsed parsed;
    if (line->help) parsed.answer = help();
    if (line->version) parsed.answer = program_ + " " + version_ + "\n";
    if (parsed.answer) return parsed;

    std::string path = line->file;
    if (path.empty()) path = environment(file_variable()).value_or("");
    detail::Found in_file;
    if (!path.empty()) {
        auto read = detail::read_yaml_file(settings_, path);
        if (!read) return read.error();
        in_file = std::move(*read);
    }

    for (const Setting& setting : settings_) {
        Values::Entry entry{.type = setting.type, .texts = {}, .given = true};
        std::string where;
        const std::string variable = setting.environment.empty() ? "" : environment(setting.environment).value_or("");
        if (const auto at = line->found.find(setting.name); at != line->found.end()) {
            entry.texts = at->second;
            where = "--" + setting.name;
        } else if (!variable.empty()) {
            entry.texts = setting.type == Type::list ? split_at_commas(variable) : std::vector<std::string>{variable};
            where = "environment variable " + setting.environment;
        } else if (const auto key = in_file.find(setting.name); key != in_file.end() && !key->second.empty()) {
            entry.texts = key->second;
            where = path + ": " + setting.name;
        } else {
            entry.given = false;
            if (setting.type != Type::list) entry.texts = {setting.fallback};
        }
        if (entry.given) {
            if (auto checked = check(setting, entry.texts, where); !checked) return checked.error();
        }
        parsed.values.entries_.emplace(setting.name, std::move(entry));
    }
    return parsed;
}

std::string Settings::help() const {
    std::string out = program_ + " " + version_ + ": " + purpose_ + "\n\n";
    out += "Usage: " + program_ + " [--NAME VALUE]...\n\n";
    out +=
        "A setting comes from the command line, else from the environment, else from the file (YAML, the names below\n"
        "as keys), else it has its default.\n\n";
    out += "  --help, --version\n  --config FILE\n      the file; environment " + file_variable() + "\n";
    for (const Setting& setting : settings_) {
        out += "  --" + setting.name;
        if (setting.type != Type::toggle) out += " " + shape(setting);
        if (setting.type == Type::list) out += " (may be repeated)";
        out += "\n      " + setting.meaning;
        if (!setting.environment.empty()) out += "; environment " + setting.environment;
        if (!setting.fallback.empty()) out += "; default " + setting.fallback;
        out += "\n";
    }
    return out;
}

}  // namespace common::config
