#include "gateway/rest/rest.hpp"
#include "tests/gateway/support/world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace tests::gateway;

namespace {

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

/// "get /chats" of every operation in the document.
std::set<std::string> documented(const common::json::Document& document) {
    std::set<std::string> out;
    const auto paths = document.root()["paths"];
    for (const auto path : paths.keys()) {
        for (const auto method : paths[path].keys()) {
            if (method != "servers") out.insert(std::string{method} + " " + std::string{path});
        }
    }
    return out;
}

std::set<std::string> served() {
    std::set<std::string> out{"get /ws/messages"};
    for (const auto& route : gateway::rest::routes()) {
        if (route.path != gateway::rest::prefix) out.insert(lower(route.method) + " " + std::string{route.path});
    }
    return out;
}

/// Every "$ref" below `value`.
void collect_references(common::json::Value value, std::set<std::string>& out) {
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) collect_references(value.at(i), out);
    }
    if (!value.is_object()) return;
    for (const auto name : value.keys()) {
        if (name == "$ref") out.insert(std::string{value[name].string_or("")});
        collect_references(value[name], out);
    }
}

}  // namespace

TEST_CASE("the OpenAPI document and the routes name the same operations", "[gateway]") {
    World world;
    const auto document = parsed(world.get("/openapi.json").body);
    CHECK(document.root()["openapi"].string() == "3.1.0");
    CHECK(documented(document) == served());
}

TEST_CASE("every reference inside the OpenAPI document leads somewhere", "[gateway]") {
    World world;
    const auto document = parsed(world.get("/openapi.json").body);
    std::set<std::string> references;
    collect_references(document.root(), references);
    CHECK(references.size() > 10);
    for (const auto& reference : references) {
        INFO(reference);
        REQUIRE(reference.starts_with("#/"));
        auto value = document.root();
        std::string_view rest = std::string_view{reference}.substr(2);
        while (!rest.empty()) {
            const auto name = rest.substr(0, rest.find('/'));
            rest.remove_prefix(std::min(rest.size(), name.size() + 1));
            value = value[name];
        }
        CHECK(value.is_object());
    }
}

TEST_CASE("path parameters of the OpenAPI document are those of its paths", "[gateway]") {
    World world;
    const auto document = parsed(world.get("/openapi.json").body);
    const auto paths = document.root()["paths"];
    for (const auto path : paths.keys()) {
        for (const auto method : paths[path].keys()) {
            const auto parameters = paths[path][method]["parameters"];
            for (std::size_t i = 0; i < parameters.size(); ++i) {
                if (parameters.at(i)["in"].string() != "path") continue;
                CHECK(path.find("{" + parameters.at(i)["name"].string_or("?") + "}") != std::string_view::npos);
            }
        }
    }
}
