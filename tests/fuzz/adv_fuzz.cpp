// Key index lists as they come with device lists.
#include "bridge/whatsapp/devices/devices.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp::devices;
    const auto keys = parse_key_index_list({data, size});
    if (!keys) return 0;
    std::vector<ListedDevice> listed;
    for (std::size_t i = 0; i < size && i < 64; ++i) listed.push_back({data[i], data[size - 1 - i], false});
    const auto kept = valid_devices(listed, *keys);
    for (std::size_t i = 1; i < kept.size(); ++i) {
        if (kept[i - 1].id >= kept[i].id) std::abort();
    }
    return 0;
}
