#include "tests/bridge/whatsapp/media/transfer_world.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace media_test;
using Catch::Contains;
using media::Errc;

namespace {

FakeHost::Fault status(unsigned code) {
    FakeHost::Fault fault;
    fault.status = code;
    return fault;
}

FakeHost::Fault cut(std::size_t after) {
    FakeHost::Fault fault;
    fault.cut_after = after;
    return fault;
}

}  // namespace

TEST_CASE("downloads: what is gone is told apart from what may come back", "[media]") {
    TransferWorld world;
    const auto file = world.hosted(counting(1000));
    for (const unsigned code : {403U, 404U, 410U}) {
        world.first.fail(status(code));
        const auto gone = world.download(file);
        CHECK(gone.error() == Errc::gone);
        CHECK(gone.error().kind() == common::Kind::not_found);
    }
    CHECK(world.first.requests().size() == 3);
    CHECK(world.second.requests().empty());
    for (int i = 0; i < 5; ++i) world.first.fail(status(503));
    for (int i = 0; i < 5; ++i) world.second.fail(status(503));
    CHECK(world.download(file).error() == Errc::unavailable);
    CHECK(world.files_left() == 0);
}

TEST_CASE("downloads: passing trouble is sat out, then the next host has its turn", "[media]") {
    TransferWorld world;
    const Bytes content = counting(1000);
    const auto file = world.hosted(content);
    for (const unsigned code : {408U, 429U, 500U, 503U}) world.first.fail(status(code));
    CHECK(world.download(file).value() == as_string(content));
    CHECK(world.first.requests().size() == 5);
    for (int i = 0; i < 5; ++i) world.first.fail(status(500));
    CHECK(world.download(file).value() == as_string(content));
    world.first.fail(status(302));
    CHECK(world.download(file).value() == as_string(content));
    CHECK(world.second.requests().size() == 2);
}

TEST_CASE("downloads: a refused token is renewed once", "[media]") {
    TransferWorld world;
    const Bytes content = counting(1000);
    const auto file = world.hosted(content);
    world.first.fail(status(401));
    CHECK(world.download(file).value() == as_string(content));
    CHECK(world.asked == 2);
    world.first.fail(status(401));
    world.first.fail(status(401));
    CHECK(world.download(file).error() == Errc::not_allowed);
}

TEST_CASE("downloads: a broken connection is taken up where it broke", "[media]") {
    TransferWorld world;
    const Bytes content = counting(3'000'000);
    const auto file = world.hosted(content);
    world.first.fail(cut(1'000'000));
    world.first.fail(cut(700'000));
    std::uint64_t last = 0;
    const auto back = world.download(file, [&](std::uint64_t done, std::uint64_t all) {
        last = done;
        CHECK(all == media::body_size(3'000'000));
    });
    CHECK(back.value() == as_string(content));
    CHECK(last == media::body_size(3'000'000));
    const auto requests = world.first.requests();
    REQUIRE(requests.size() == 3);
    CHECK_THAT(requests[1], Contains("bytes=1000000-"));
    CHECK_THAT(requests[2], Contains("bytes=1700000-"));
}

TEST_CASE("downloads: progress keeps the attempts from running out, and another host goes on", "[media]") {
    TransferWorld world;
    const Bytes content = counting(4'000'000);
    const auto file = world.hosted(content);
    for (int i = 0; i < 8; ++i) world.first.fail(cut(300'000));
    CHECK(world.download(file).value() == as_string(content));
    CHECK(world.first.requests().size() == 9);
    world.first.fail(cut(300'000));
    for (int i = 0; i < 5; ++i) world.first.fail(status(500));
    CHECK(world.download(file).value() == as_string(content));
    CHECK_THAT(world.second.requests().at(0), Contains("bytes=300000-"));
}

TEST_CASE("downloads: hosts that do not do ranges right are asked for all", "[media]") {
    TransferWorld world;
    const Bytes content = counting(3'000'000);
    const auto file = world.hosted(content);
    FakeHost::Fault odd;
    odd.no_ranges = true;
    world.first.fail(cut(1'000'000));
    world.first.fail(odd);
    CHECK(world.download(file).value() == as_string(content));
    odd.no_ranges = false;
    odd.wrong_range = true;
    world.first.fail(cut(1'000'000));
    world.first.fail(odd);
    CHECK(world.download(file).value() == as_string(content));
    world.first.fail(cut(1'000'000));
    world.first.fail(status(416));
    CHECK(world.download(file).value() == as_string(content));
}

TEST_CASE("downloads: a file that was changed is fetched once more, and never delivered", "[media]") {
    TransferWorld world;
    const Bytes content = counting(3'000'000);
    const auto file = world.hosted(content);
    FakeHost::Fault changed;
    changed.changed_byte = 2'000'000;
    world.first.fail(changed);
    CHECK(world.download(file).value() == as_string(content));
    world.first.fail(changed);
    world.first.fail(changed);
    CHECK(world.download(file).error() == Errc::body_hash_differs);
    CHECK(world.files_left() == 0);
    auto other = file;
    other.file_sha256 = Bytes(32, 1);
    CHECK(world.download(other).error() == Errc::content_hash_differs);
    other = file;
    other.media_key = Bytes(32, 1);
    CHECK(world.download(other).error() == Errc::wrong_mac);
    CHECK(world.files_left() == 0);
}

TEST_CASE("downloads: the length that a message says may be wrong", "[media]") {
    TransferWorld world;
    const Bytes content = counting(1000);
    auto file = world.hosted(content);
    file.file_length = 5;
    CHECK(world.download(file).value() == as_string(content));
}

TEST_CASE("downloads: what cannot work asks no host", "[media]") {
    TransferWorld world;
    auto file = world.hosted(counting(1000));
    file.direct_path = "//evil.example/x";
    CHECK(world.download(file).error() == Errc::bad_path);
    file.direct_path = "/v/x";
    file.media_key.pop_back();
    CHECK(world.download(file).error() == Errc::bad_key);
    file.media_key = counting(32);
    file.file_enc_sha256.pop_back();
    CHECK(world.download(file).error() == Errc::bad_hash);
    CHECK(world.first.requests().empty());
    CHECK(world.asked == 0);
}

TEST_CASE("downloads: too large a file is refused when its length is known, and when it turns out", "[media]") {
    media::TransferOptions options;
    options.max_size = 1000;
    TransferWorld world{options};
    CHECK(world.download(world.hosted(counting(1000))).has_value());
    CHECK(world.download(world.hosted(counting(1016))).error() == Errc::too_large);
    CHECK(world.first.requests().size() == 2);
    CHECK(world.files_left() == 0);
}

TEST_CASE("downloads: small things come into memory, within a bound", "[media]") {
    TransferWorld world;
    const Bytes content = counting(700'000);
    const auto file = world.hosted(content);
    CHECK(world.fetch(file, 700'000).value() == content);
    CHECK(world.fetch(file, 600'000).error() == Errc::too_large);
    FakeHost::Fault changed;
    changed.changed_byte = 600'000;
    world.first.fail(changed);
    CHECK(world.fetch(file, 700'000).value() == content);
}

TEST_CASE("downloads: they need no connection to WhatsApp", "[media]") {
    TransferWorld world;
    const Bytes content = counting(1000);
    const auto file = world.hosted(content);
    world.refuses_to_tell = true;
    CHECK(world.download(file).value() == as_string(content));
}

TEST_CASE("downloads: a full or missing folder is no reason to ask again", "[media]") {
    TransferWorld world;
    const auto file = world.hosted(counting(1000));
    const auto nowhere = world.io().run([&]() { return world.transfers().download(file, "/nonexistent/folder", {}); });
    CHECK(nowhere.error() == common::files::Errc::not_found);
    CHECK(world.first.requests().empty());
}

TEST_CASE("downloads: cancelling leaves nothing behind", "[media]") {
    TransferWorld world;
    const auto file = world.hosted(counting(3'000'000));
    for (int i = 0; i < 10; ++i) world.first.fail(status(503));
    for (int i = 0; i < 10; ++i) world.second.fail(status(503));
    world.first.fail(cut(1'000'000));
    const auto late = world.io().run([&]() -> asio::awaitable<Result<media::Downloaded>> {
        auto download = world.transfers().download_to(file, "unused", {});
        co_return co_await common::with_timeout(5ms, std::move(download));
    });
    CHECK_FALSE(late.has_value());
    CHECK(world.files_left() == 0);
}
