/// Where values come from; private to the room.
#pragma once

#include "common/config/config.hpp"
#include "common/result/result.hpp"

#include <map>
#include <string>
#include <vector>

namespace common::config::detail {

/// Values of one source by the name of the setting.
using Found = std::map<std::string, std::vector<std::string>, std::less<>>;

struct CommandLine {
    bool help{false};
    bool version{false};
    std::string file;  ///< of --config
    Found found;
};

/// `arguments` without the name of the program.
Result<CommandLine> read_command_line(const std::vector<Setting>& settings, std::vector<std::string> arguments);

/// A YAML mapping from names to scalars, or to sequences of scalars for lists.
Result<Found> read_yaml_file(const std::vector<Setting>& settings, const std::string& path);

}  // namespace common::config::detail
