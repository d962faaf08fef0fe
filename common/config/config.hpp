/// Settings of a program, from command line, environment and one YAML file, in that order of precedence.
///
/// A program declares its settings, parses once in main(), and hands plain values on; no other room reads the
/// environment. Names are lower case with dashes and are the same as a flag (`--data-dir`) and as a key of the file.
///
///     config::Settings settings{"whatsapp-bridge", "0.1.0", "keeps one WhatsApp device linked"};
///     settings.host_port("listen", "BRIDGE_LISTEN", "127.0.0.1:8080", "address of the local API");
///     const auto parsed = settings.parse(argc, argv);
///     if (!parsed) ...print parsed.error().detail(), exit with config::exit_usage
///     if (parsed->answer) ...print it, exit with 0 (--help, --version)
///     const config::HostPort listen = parsed->values.host_port("listen");
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/config/parse.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace common::config {

/// What a program that was called wrongly exits with.
inline constexpr int exit_usage = 2;

/// `Error::detail` is a sentence for the person who started the program: where the value came from and what is wrong
/// with it. Values of secrets are never in it.
enum class Errc { unknown_setting = 1, bad_value, unreadable_file, malformed_file };
ErrcInfo describe(Errc code) noexcept;

enum class Type { text, secret, integer, toggle, duration, host_port, choice, list };

/// One declared setting.
struct Setting {
    Type type{Type::text};
    std::string name;
    std::string environment;  ///< empty: not to be had from the environment
    std::string fallback;     ///< as it would be written on the command line; empty: none
    std::string meaning;
    std::int64_t least{std::numeric_limits<std::int64_t>::min()};
    std::int64_t most{std::numeric_limits<std::int64_t>::max()};
    std::vector<std::string> choices{};
};

/// The values after parsing. Asking for a name that was not declared, or as another type, is a bug of ours and throws
/// `std::logic_error`.
class Values {
public:
    const std::string& text(std::string_view name) const;  ///< of a text or a choice
    SecretBytes secret(std::string_view name) const;       ///< empty when not set
    std::int64_t integer(std::string_view name) const;
    bool toggle(std::string_view name) const;
    std::chrono::milliseconds duration(std::string_view name) const;
    HostPort host_port(std::string_view name) const;
    const std::vector<std::string>& list(std::string_view name) const;
    /// Whether somebody set it, rather than the default standing.
    bool given(std::string_view name) const;

private:
    friend class Settings;
    struct Entry {
        Type type{Type::text};
        std::vector<std::string> texts;
        bool given{false};
    };
    const Entry& entry(std::string_view name) const;
    const std::string& scalar(std::string_view name, Type type) const;

    std::map<std::string, Entry, std::less<>> entries_;
};

struct Parsed {
    std::optional<std::string> answer;  ///< text of --help or --version: print it and exit with 0
    Values values;
};

/// Reads a variable of the environment; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

class Settings {
public:
    Settings(std::string program, std::string version, std::string purpose);

    Settings& text(std::string name, std::string environment, std::string fallback, std::string meaning);
    /// Never printed, neither by --help nor in an error.
    Settings& secret(std::string name, std::string environment, std::string meaning);
    Settings& integer(
        std::string name,
        std::string environment,
        std::int64_t fallback,
        std::int64_t least,
        std::int64_t most,
        std::string meaning
    );
    /// `--name`, `--name=false`; off unless set.
    Settings& toggle(std::string name, std::string environment, std::string meaning);
    /// "250ms", "75s", "5m", "2h", "7d".
    Settings& duration(std::string name, std::string environment, std::string fallback, std::string meaning);
    /// "127.0.0.1:8080", "[::1]:8080"; port 0 asks the system for a free one.
    Settings& host_port(std::string name, std::string environment, std::string fallback, std::string meaning);
    /// One of `choices`; the first is the default.
    Settings& choice(std::string name, std::string environment, std::vector<std::string> choices, std::string meaning);
    /// A flag that may be repeated; commas separate in the environment, a YAML sequence in the file. Empty by default.
    Settings& list(std::string name, std::string environment, std::string meaning);

    /// The file is `--config FILE` or the variable `<PROGRAM>_CONFIG`. An unknown flag, an unknown key of the file and
    /// a value that does not fit are errors; an empty variable counts as not set.
    Result<Parsed> parse(int argc, const char* const* argv) const;
    Result<Parsed> parse(const std::vector<std::string>& arguments, const Environment& environment) const;

    /// Every setting with its variable, default and meaning.
    std::string help() const;

private:
    Settings& add(Setting setting);
    std::string file_variable() const;

    std::string program_;
    std::string version_;
    std::string purpose_;
    std::vector<Setting> settings_;
};

}  // namespace common::config
