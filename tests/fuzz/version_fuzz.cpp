// The page that tells the web client's version, and versions as operators and files write them.
#include "bridge/whatsapp/client/version.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp::client;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto found = find_version(text); found && (*found)[2] == 0) std::abort();
    const auto version = parse_version(text);
    if (version && *parse_version(to_string(*version)) != *version) std::abort();
    return 0;
}
