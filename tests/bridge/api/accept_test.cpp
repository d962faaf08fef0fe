#include "bridge/api/detail/accept.hpp"

#include <catch2/catch.hpp>

namespace bridge::api::detail {
namespace {

std::string_view choice(std::string_view accept) {
    return preferred_type(accept, {"text/plain", "image/png", "image/svg+xml", "application/json"});
}

}  // namespace

TEST_CASE("without a wish the first type is given", "[api]") {
    CHECK(choice("") == "text/plain");
    CHECK(choice("*/*") == "text/plain");
    CHECK(choice("text/html, */*;q=0.1") == "text/plain");
}

TEST_CASE("the type asked for is given", "[api]") {
    CHECK(choice("image/png") == "image/png");
    CHECK(choice("application/json, text/plain;q=0.5") == "application/json");
    CHECK(choice("text/plain;q=0.5, application/json") == "application/json");
    CHECK(choice("image/*") == "image/png");
    CHECK(choice("image/avif,image/webp,image/svg+xml,image/*;q=0.8,*/*;q=0.5") == "image/svg+xml");
    CHECK(choice("*/*, text/plain;q=0") == "image/png");
}

TEST_CASE("nothing is given where nothing fits", "[api]") {
    CHECK(choice("text/html").empty());
    CHECK(choice("text/plain;q=0").empty());
    CHECK(choice(",,;;q=,").empty());
}

}  // namespace bridge::api::detail
