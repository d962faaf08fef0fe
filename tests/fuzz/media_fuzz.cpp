// What the server says about media: hosts, and the phone's answer to a media retry.
#include "bridge/whatsapp/binary/codec.hpp"
#include "bridge/whatsapp/media/media_conn.hpp"
#include "bridge/whatsapp/media/retry.hpp"

#include <cstdint>
#include <cstdlib>

namespace media = bridge::whatsapp::media;

namespace {

/// Whatever the server says, uploads go to public HTTPS hosts.
void check_hosts(const media::MediaConn& conn) {
    static const auto policy = media::HostPolicy::create("").value();
    for (const std::string& url : policy.for_upload(conn, media::Type::image)) {
        if (!url.starts_with("https://") || url.find_first_of("/@?#\\ ", 8) != std::string::npos) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp;
    static const common::Bytes key(32, 0x42);
    const auto node = binary::decode({data, size});
    if (!node) return 0;
    if (const auto conn = media::MediaConnQuery::parse(*node)) check_hosts(*conn);
    if (const auto answer = media::parse_retry(*node)) {
        if (const auto path = media::open_retry(*answer, key); path && !path->direct_path.starts_with('/'))
            std::abort();
        // Behind the cipher: what a phone with the key could say.
        media::RetryAnswer sealed = *answer;
        if (auto* content = std::get_if<media::RetrySealed>(&sealed.content)) {
            auto made = media::seal_retry(key, sealed.target.message_id, content->iv, content->payload);
            if (!made) return 0;
            content->payload = std::move(*made);
            const auto path = media::open_retry(sealed, key);
            if (path && (!path->direct_path.starts_with('/') || path->direct_path.starts_with("//"))) std::abort();
        }
    }
    return 0;
}
