#include "bridge/whatsapp/jid/phash.hpp"

#include "common/bytes/bytes.hpp"
#include "common/crypto/crypto.hpp"

#include <algorithm>
#include <vector>

namespace bridge::whatsapp {

std::string participant_hash(std::span<const Jid> devices) {
    std::vector<std::string> names;
    names.reserve(devices.size());
    for (const Jid& device : devices) names.push_back(device.to_ad_string());
    std::sort(names.begin(), names.end());
    std::string whole;
    for (const std::string& name : names) whole += name;
    const common::crypto::Sha256 hash = common::crypto::sha256(common::as_bytes(whole));
    return "2:" + common::to_base64(common::ByteView{hash}.first(6));
}

}  // namespace bridge::whatsapp
