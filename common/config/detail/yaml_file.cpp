#include "common/config/detail/sources.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace common::config::detail {
namespace {

Result<std::vector<std::string>> texts_of(const YAML::Node& value, const Setting& setting) {
    if (value.IsNull()) return std::vector<std::string>{};
    if (value.IsScalar()) return std::vector<std::string>{value.Scalar()};
    if (!value.IsSequence() || setting.type != Type::list) return common::Errc::invalid_argument;
    std::vector<std::string> texts;
    for (const YAML::Node& item : value) {
        if (!item.IsScalar()) return common::Errc::invalid_argument;
        texts.push_back(item.Scalar());
    }
    return texts;
}

Result<Found> found_in(const YAML::Node& root, const std::vector<Setting>& settings, const std::string& path) {
    Found found;
    if (root.IsNull()) return found;  // an empty file
    if (!root.IsMap()) return Error{Errc::malformed_file, path + ": must be a mapping from setting to value"};
    for (const auto& pair : root) {
        if (!pair.first.IsScalar())
            return Error{Errc::malformed_file, path + ": every key must be the name of a setting"};
        const std::string name = pair.first.Scalar();
        const auto setting = std::ranges::find(settings, name, &Setting::name);
        if (setting == settings.end()) return Error{Errc::unknown_setting, path + ": unknown setting " + name};
        if (found.contains(name)) return Error{Errc::malformed_file, path + ": " + name + " is there twice"};
        auto texts = texts_of(pair.second, *setting);
        if (!texts) return Error{Errc::bad_value, path + ": " + name + " must be one value"};
        found[name] = std::move(*texts);
    }
    return found;
}

}  // namespace

Result<Found> read_yaml_file(const std::vector<Setting>& settings, const std::string& path) {
    try {
        return found_in(YAML::LoadFile(path), settings, path);
    } catch (const YAML::BadFile&) {
        return Error{Errc::unreadable_file, path + ": cannot be read"};
    } catch (const YAML::Exception& error) {
        const std::string line = std::to_string(error.mark.line + 1);
        return Error{Errc::malformed_file, path + ": line " + line + ": " + error.msg};
    }
}

}  // namespace common::config::detail
