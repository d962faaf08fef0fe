#include "bridge/whatsapp/content/detail/message.hpp"

namespace bridge::whatsapp::content::detail {

bool parse(common::ByteView bytes, google::protobuf::MessageLite& out) {
    constexpr std::size_t most = 16U << 20;
    return bytes.size() <= most && out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

common::Bytes serialised(const google::protobuf::MessageLite& message) {
    common::Bytes out(message.ByteSizeLong());
    message.SerializeWithCachedSizesToArray(out.data());
    return out;
}

}  // namespace bridge::whatsapp::content::detail
