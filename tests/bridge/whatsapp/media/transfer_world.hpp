/// Transfers between two fake hosts and a folder.
#pragma once

#include "common/crypto/crypto.hpp"
#include "tests/bridge/whatsapp/media/fake_host.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <fstream>

namespace media_test {

using namespace std::chrono_literals;

class TransferWorld {
public:
    TransferWorld() : TransferWorld{{}} {}
    explicit TransferWorld(media::TransferOptions options) {
        options.temp_folder = folder_.path().string();
        options.pause_unit = 1ms;
        options.longest_pause = 20ms;
        auto ask = [this]() -> asio::awaitable<Result<media::MediaConn>> {
            ++asked;
            if (refuses_to_tell) co_return common::Error{common::Errc::unavailable};
            media::MediaConn conn;
            conn.auth = "token" + std::to_string(asked);
            conn.ttl = conn.auth_ttl = 1h;
            conn.hosts.push_back({"a.example", false, {}, {}});
            co_return conn;
        };
        hosts_ = std::make_unique<media::MediaHosts>(io_.executor(), clock_, ask);
        client_ = std::make_unique<http::Client>(io_.executor(), http::ClientOptions{});
        auto policy = media::HostPolicy::create(first.url() + "," + second.url()).value();
        transfers_ = std::make_unique<media::Transfers>(
            pool_.get_executor(), *client_, *hosts_, std::move(policy), clock_, std::move(options)
        );
    }

    std::shared_ptr<const common::files::File> written(const Bytes& content) {
        const std::string path = inputs_.file("in" + std::to_string(++count_));
        auto file = common::files::File::create(path).value();
        REQUIRE(file.write_at(0, content));
        return std::make_shared<const common::files::File>(std::move(file));
    }
    Result<media::SealedFile> seal(const Bytes& content, media::Type type = media::Type::document) {
        media::SealRequest request;
        request.file = written(content);
        request.type = type;
        return io_.run([&]() { return transfers_->seal(request); });
    }
    Result<media::Uploaded> upload(const media::SealedFile& file, media::Progress progress = {}) {
        return io_.run([&]() { return transfers_->upload(file, progress); });
    }
    Result<std::string> download(const media::Descriptor& file, media::Progress progress = {}) {
        const std::string target = folder_.file("out");
        const auto done = io_.run([&]() { return transfers_->download_to(file, target, progress); });
        if (!done) return done.error();
        std::ifstream in{target, std::ios::binary};
        std::string content{std::istreambuf_iterator<char>{in}, {}};
        CHECK(done->size == content.size());
        CHECK(done->file_sha256 == common::crypto::sha256(common::as_bytes(content)));
        std::filesystem::remove(target);
        return content;
    }
    Result<Bytes> fetch(const media::Descriptor& file, std::uint64_t max_size) {
        return io_.run([&]() { return transfers_->fetch(file, max_size); });
    }
    /// A file that both hosts have, and its descriptor.
    media::Descriptor hosted(const Bytes& content) {
        const auto sealed = media_test::seal(some_keys(media::Type::document), content, 100'000);
        first.put("/v/x", sealed.body);
        second.put("/v/x", sealed.body);
        media::Descriptor file;
        file.type = media::Type::document;
        file.direct_path = "/v/x?oh=1";
        file.media_key = counting(32);
        const auto hashes = expected(sealed.sealed);
        file.file_sha256 = hashes.file_sha256;
        file.file_enc_sha256 = hashes.file_enc_sha256;
        file.file_length = content.size();
        return file;
    }
    std::size_t files_left() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder_.path()}, {}));
    }
    http_test::IoThread& io() { return io_; }
    media::Transfers& transfers() { return *transfers_; }

    FakeHost first;
    FakeHost second;
    std::atomic<int> asked{0};
    std::atomic<bool> refuses_to_tell{false};

private:
    tests::support::TempFolder folder_;
    tests::support::TempFolder inputs_;
    int count_{0};
    common::FakeClock clock_{common::UnixMillis{1'700'000'000'000ms}};
    asio::thread_pool pool_{2};
    http_test::IoThread io_;
    std::unique_ptr<media::MediaHosts> hosts_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<media::Transfers> transfers_;
};

inline media::Descriptor descriptor_of(const media::SealedFile& file, const media::Uploaded& uploaded) {
    media::Descriptor made;
    made.type = file.type;
    made.direct_path = uploaded.direct_path;
    made.url = uploaded.url;
    made.media_key = file.media_key;
    made.file_sha256 = Bytes(file.sealed.file_sha256.begin(), file.sealed.file_sha256.end());
    if (!file.is_newsletter()) {
        made.file_enc_sha256 = Bytes(file.sealed.file_enc_sha256.begin(), file.sealed.file_enc_sha256.end());
    }
    made.file_length = file.sealed.file_length;
    return made;
}

inline std::string as_string(const Bytes& bytes) { return std::string{common::as_text(bytes)}; }

}  // namespace media_test
