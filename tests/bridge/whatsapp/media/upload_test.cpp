#include "tests/bridge/whatsapp/media/transfer_world.hpp"
#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

using namespace media_test;
using Catch::Contains;
using media::Errc;
using media::Type;

TEST_CASE("uploads: a file goes up and comes down the same", "[media]") {
    TransferWorld world;
    for (const std::size_t size : {0U, 1U, 100'000U, 6'000'000U}) {
        const Bytes content = counting(size);
        {
            const auto sealed = world.seal(content);
            REQUIRE(sealed.has_value());
            CHECK(sealed->media_key.size() == 32);
            CHECK(sealed->sealed.file_length == size);
            CHECK(sealed->key_time.time_since_epoch().count() == 1'700'000'000);
            CHECK(world.files_left() == 1);
            const auto uploaded = world.upload(*sealed);
            REQUIRE(uploaded.has_value());
            CHECK(uploaded->handle == "h1");
            const auto back = world.download(descriptor_of(*sealed, *uploaded));
            REQUIRE(back.has_value());
            CHECK(*back == as_string(content));
        }
        CHECK(world.files_left() == 0);
    }
    CHECK(world.asked == 1);
}

TEST_CASE("uploads: the URL has token and auth, and small files ask nothing first", "[media]") {
    TransferWorld world;
    const auto sealed = world.seal(counting(1000), Type::voice_note).value();
    REQUIRE(world.upload(sealed).has_value());
    const std::string token = media::token_of(sealed.sealed.file_enc_sha256);
    const auto requests = world.first.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0] == "POST /mms/audio/" + token + "?auth=token1&token=" + token.substr(0, 43) + "%3D");
    CHECK(world.first.file(token).size() == sealed.sealed.body_length);
}

TEST_CASE("uploads: two files have two keys, and a given key is used", "[media]") {
    TransferWorld world;
    CHECK(world.seal(counting(10))->media_key != world.seal(counting(10))->media_key);
    media::SealRequest request;
    request.file = world.written(counting(10));
    request.media_key = counting(32);
    request.with_sidecar = true;
    const auto sealed = world.io().run([&]() { return world.transfers().seal(request); });
    CHECK(sealed.value().media_key == counting(32));
    CHECK(sealed->sealed.sidecar.size() == 10);
    request.media_key = counting(31);
    CHECK(world.io().run([&]() { return world.transfers().seal(request); }).error() == Errc::bad_key);
}

TEST_CASE("uploads: a large file goes on where the host has got to", "[media]") {
    TransferWorld world;
    const Bytes content = counting(6'000'000);
    const auto sealed = world.seal(content).value();
    world.first.fail({});  // the question before the first attempt
    FakeHost::Fault broken;
    broken.status = 500;
    broken.cut_after = 2'000'000;
    world.first.fail(broken);
    std::uint64_t last = 0;
    std::uint64_t total = 0;
    const auto uploaded =
        world.upload(sealed, [&](std::uint64_t done, std::uint64_t all) { last = done, total = all; });
    REQUIRE(uploaded.has_value());
    CHECK(last == sealed.sealed.body_length);
    CHECK(total == sealed.sealed.body_length);
    const auto requests = world.first.requests();
    REQUIRE(requests.size() == 4);
    CHECK_THAT(requests[0], Contains("&resume=1"));
    CHECK_THAT(requests[2], Contains("&resume=1"));
    CHECK_THAT(requests[3], Contains("&file_offset=2"));
    CHECK(world.download(descriptor_of(sealed, *uploaded)).value() == as_string(content));
    // And what is there already is not sent again.
    REQUIRE(world.upload(sealed).has_value());
    CHECK(world.first.requests().size() == 4 + 1 + 1);
}

TEST_CASE("uploads: a host that does not know resumption gets all of it", "[media]") {
    TransferWorld world;
    const auto sealed = world.seal(counting(6'000'000)).value();
    for (const unsigned status : {400U, 404U, 405U, 200U}) {
        FakeHost::Fault no;
        no.status = status;
        no.text = "what?";
        world.first.fail(no);
        CHECK(world.upload(sealed).has_value());
    }
}

TEST_CASE("uploads: a refused token is renewed once", "[media]") {
    for (const unsigned status : {401U, 403U}) {
        TransferWorld world;
        const auto sealed = world.seal(counting(10)).value();
        FakeHost::Fault refused;
        refused.status = status;
        world.first.fail(refused);
        REQUIRE(world.upload(sealed).has_value());
        CHECK(world.asked == 2);
        CHECK_THAT(world.first.requests().back(), Contains("auth=token2"));
        world.first.fail(refused);
        world.first.fail(refused);
        CHECK(world.upload(sealed).error() == Errc::not_allowed);
        CHECK(world.asked == 3);
    }
}

TEST_CASE("uploads: passing trouble is sat out, then the next host has its turn", "[media]") {
    TransferWorld world;
    const auto sealed = world.seal(counting(10)).value();
    FakeHost::Fault busy;
    busy.status = 503;
    busy.header = "Retry-After: 3600";
    world.first.fail(busy);
    busy.status = 429;
    world.first.fail(busy);
    REQUIRE(world.upload(sealed).has_value());
    CHECK(world.first.requests().size() == 3);
    CHECK(world.second.requests().empty());
    for (int i = 0; i < 5; ++i) world.first.fail(busy);
    REQUIRE(world.upload(sealed).has_value());
    CHECK(world.second.requests().size() == 1);
    FakeHost::Fault odd;
    odd.status = 418;
    world.first.fail(odd);
    REQUIRE(world.upload(sealed).has_value());
    CHECK(world.second.requests().size() == 2);
    for (int i = 0; i < 5; ++i) world.first.fail(busy);
    for (int i = 0; i < 5; ++i) world.second.fail(busy);
    CHECK(world.upload(sealed).error() == Errc::unavailable);
}

TEST_CASE("uploads: an answer that makes no sense is no upload", "[media]") {
    TransferWorld world;
    const auto sealed = world.seal(counting(10)).value();
    for (const auto text :
         {"",
          "[]",
          "{}",
          R"({"direct_path":"v/x"})",
          R"({"direct_path":"//evil/x"})",
          R"({"url":"http://x/v"})",
          R"({"direct_path":5})"}) {
        INFO(text);
        FakeHost::Fault odd;
        odd.status = 200;
        odd.text = text;
        world.first.fail(odd);
        world.second.fail(odd);
        CHECK(world.upload(sealed).error() == Errc::bad_answer);
    }
    FakeHost::Fault by_url;
    by_url.status = 200;
    by_url.text = R"({"url":"https://mmg.whatsapp.net/v/x?oh=1"})";
    world.first.fail(by_url);
    CHECK(world.upload(sealed).value().direct_path == "/v/x?oh=1");
    FakeHost::Fault endless;
    endless.status = 200;
    endless.text = std::string(100'000, ' ');
    for (int i = 0; i < 5; ++i) world.first.fail(endless);
    for (int i = 0; i < 5; ++i) world.second.fail(endless);
    CHECK(world.upload(sealed).error() == Errc::bad_answer);
}

TEST_CASE("uploads: too large a file is refused before anything is written", "[media]") {
    media::TransferOptions options;
    options.max_size = 1000;
    TransferWorld world{options};
    CHECK(world.seal(counting(1000)).has_value());
    CHECK(world.seal(counting(1001)).error() == Errc::too_large);
    CHECK(world.files_left() == 0);
}

TEST_CASE("uploads: without hosts there is no upload", "[media]") {
    TransferWorld world;
    const auto sealed = world.seal(counting(10)).value();
    world.refuses_to_tell = true;
    CHECK(world.upload(sealed).error().kind() == common::Kind::unavailable);
    CHECK(world.first.requests().empty());
}

TEST_CASE("uploads: newsletters get the file as it is", "[media]") {
    TransferWorld world;
    const Bytes content = counting(6'000'000);
    media::SealRequest request;
    request.file = world.written(content);
    request.type = Type::image;
    const auto sealed = world.io().run([&]() { return world.transfers().seal_for_newsletter(request); }).value();
    CHECK(sealed.is_newsletter());
    CHECK(world.files_left() == 0);
    const auto uploaded = world.upload(sealed).value();
    const std::string token = media::token_of(common::crypto::sha256(content));
    CHECK_THAT(world.first.requests().at(0), Contains("POST /newsletter/newsletter-image/" + token + "?"));
    CHECK(world.first.file(token) == content);
    CHECK(world.download(descriptor_of(sealed, uploaded)).value() == as_string(content));
    CHECK(world.first.requests().back() == "GET " + uploaded.direct_path);
}

TEST_CASE("uploads: a history blob is deleted by its hash and path", "[media]") {
    TransferWorld world;
    media::Descriptor blob = world.hosted(counting(10));
    blob.type = Type::history;
    CHECK(world.io().run([&]() { return world.transfers().erase(blob, "e1", "nonce"); }).has_value());
    const std::string token = media::token_of(blob.file_enc_sha256);
    CHECK_THAT(world.first.requests().at(0), Contains("DELETE /mms/md-msg-hist/" + token + "?auth=token1"));
    CHECK_THAT(world.first.requests().at(0), Contains("&d_md=L3YveA&e_handle=e1"));
    blob.file_enc_sha256.clear();
    CHECK(world.io().run([&]() { return world.transfers().erase(blob, "", ""); }).error() == Errc::bad_hash);
}
