#include "bridge/whatsapp/client/version.hpp"

#include "tests/support/print.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

namespace tests::client {

namespace client = bridge::whatsapp::client;
using client::Version;

TEST_CASE("versions: are read from what the web client loads", "[client]") {
    for (const std::string_view body :
         {R"(x={"client_revision":1045649367,"y":1})",
          R"(\"client_revision\":  1045649367,)",
          R"(<html>"client_revision":1045649367</html>)"}) {
        const auto found = client::find_version(body);
        REQUIRE(found);
        CHECK(*found == Version{2, 3000, 1045649367});
    }
    for (const std::string_view body :
         {"",
          "client_revision",
          R"("client_revision":"none of these are digits 5")",
          R"("client_revision":99999999999999)",
          R"("client_revision":0)"}) {
        CHECK_FALSE(client::find_version(body));
    }
}

TEST_CASE("versions: are three numbers with dots", "[client]") {
    CHECK(*client::parse_version("2.3000.5") == Version{2, 3000, 5});
    CHECK(client::to_string(Version{2, 3000, 5}) == "2.3000.5");
    for (const std::string_view text :
         {"", "2", "2.3000", "2.3000.", "2.3000.x", "2.3000.5.6", "2..5", "-1.2.3", "2.3000.5 "}) {
        CHECK_FALSE(client::parse_version(text));
    }
}

TEST_CASE("versions: the last good one is kept, an older one than the built-in is not", "[client]") {
    const auto file = std::filesystem::temp_directory_path() / ("wa-version-" + std::to_string(std::rand()));
    CHECK(client::load_version(file.string()) == client::built_in_version);
    Version newer = client::built_in_version;
    ++newer[2];
    REQUIRE(client::save_version(file.string(), newer));
    CHECK(client::load_version(file.string()) == newer);
    REQUIRE(client::save_version(file.string(), Version{2, 3000, 1}));
    CHECK(client::load_version(file.string()) == client::built_in_version);
    std::filesystem::remove(file);
}

}  // namespace tests::client
