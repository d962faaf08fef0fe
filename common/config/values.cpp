#include "common/config/config.hpp"

#include <stdexcept>

namespace common::config {

const Values::Entry& Values::entry(std::string_view name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) throw std::logic_error{"setting was never declared: " + std::string{name}};
    return found->second;
}

const std::string& Values::scalar(std::string_view name, Type type) const {
    const Entry& found = entry(name);
    if (found.type != type) throw std::logic_error{"setting is of another type: " + std::string{name}};
    return found.texts.front();
}

const std::string& Values::text(std::string_view name) const {
    return scalar(name, entry(name).type == Type::choice ? Type::choice : Type::text);
}

SecretBytes Values::secret(std::string_view name) const { return SecretBytes{as_bytes(scalar(name, Type::secret))}; }

std::int64_t Values::integer(std::string_view name) const { return parse_integer(scalar(name, Type::integer)).value(); }

bool Values::toggle(std::string_view name) const { return parse_toggle(scalar(name, Type::toggle)).value(); }

std::chrono::milliseconds Values::duration(std::string_view name) const {
    return parse_duration(scalar(name, Type::duration)).value();
}

HostPort Values::host_port(std::string_view name) const {
    return parse_host_port(scalar(name, Type::host_port)).value();
}

const std::vector<std::string>& Values::list(std::string_view name) const {
    const Entry& found = entry(name);
    if (found.type != Type::list) throw std::logic_error{"setting is not a list: " + std::string{name}};
    return found.texts;
}

bool Values::given(std::string_view name) const { return entry(name).given; }

}  // namespace common::config
