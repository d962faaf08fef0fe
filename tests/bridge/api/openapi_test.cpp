#include "tests/bridge/api/fixture.hpp"

#include <algorithm>
#include <set>

namespace tests::api {
namespace {

void collect_routes(const http::detail::RouteNode& node, std::set<api::Route>& found) {
    for (const auto& route : node.routes) found.insert({route.method, route.pattern});
    for (const auto& [name, child] : node.literals) collect_routes(*child, found);
    if (node.parameter) collect_routes(*node.parameter, found);
}

std::set<api::Route> documented(common::json::Value document) {
    std::set<api::Route> routes;
    const auto paths = document["paths"];
    for (const auto path : paths.keys()) {
        for (const auto method : paths[path].keys()) {
            std::string upper{method};
            std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
                return static_cast<char>(c - 'a' + 'A');
            });
            routes.insert({upper, std::string{path}});
        }
    }
    return routes;
}

/// Every "$ref" of the document.
void collect_refs(common::json::Value value, std::set<std::string>& refs) {
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) collect_refs(value.at(i), refs);
    }
    for (const auto key : value.keys()) {
        if (key == "$ref") refs.insert(value[key].string_or(""));
        collect_refs(value[key], refs);
    }
}

std::vector<std::string> path_parameters(std::string_view pattern) {
    std::vector<std::string> names;
    for (auto open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{', open + 1)) {
        names.emplace_back(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
    }
    return names;
}

/// The object that "#/a/b/c" names.
common::json::Value resolve(common::json::Value root, std::string_view ref) {
    std::string_view rest = ref.substr(2);
    while (root.exists() && !rest.empty()) {
        const auto key = rest.substr(0, rest.find('/'));
        rest = key.size() == rest.size() ? std::string_view{} : rest.substr(key.size() + 1);
        root = root[key];
    }
    return root;
}

}  // namespace

TEST_CASE("the OpenAPI document describes every route, and no other", "[api]") {
    Fixture fixture;
    std::set<api::Route> served;
    collect_routes(fixture.router.table().root, served);
    const auto document = json_of(fixture.get("/openapi.json"));
    CHECK(document.root()["openapi"].string_or("") == "3.1.0");
    const auto described = documented(document.root());
    for (const auto& route : served) {
        INFO(route.method << ' ' << route.pattern);
        CHECK(described.contains(route));
    }
    for (const auto& route : described) {
        INFO(route.method << ' ' << route.pattern);
        CHECK(served.contains(route));
    }
    CHECK(fixture.service.routes().size() == served.size());
}

TEST_CASE("every reference in the OpenAPI document leads somewhere", "[api]") {
    Fixture fixture;
    const auto document = json_of(fixture.get("/openapi.json"));
    std::set<std::string> refs;
    collect_refs(document.root(), refs);
    CHECK(refs.size() > 10);
    for (const auto& ref : refs) {
        INFO(ref);
        CHECK(resolve(document.root(), ref).is_object());
    }
}

TEST_CASE("operations have a name of their own, and their path's parameters", "[api]") {
    Fixture fixture;
    const auto document = json_of(fixture.get("/openapi.json"));
    std::set<std::string> names;
    for (const auto path : document.root()["paths"].keys()) {
        for (const auto method : document.root()["paths"][path].keys()) {
            INFO(method << ' ' << path);
            const auto operation = document.root()["paths"][path][method];
            CHECK(names.insert(operation["operationId"].string_or("")).second);
            CHECK(operation["responses"].size() > 0);
            std::set<std::string> parameters;
            for (std::size_t i = 0; i < operation["parameters"].size(); ++i) {
                auto parameter = operation["parameters"].at(i);
                if (const auto ref = parameter["$ref"].string()) parameter = resolve(document.root(), *ref);
                parameters.insert(parameter["name"].string_or(""));
            }
            for (const auto& name : path_parameters(path)) CHECK(parameters.contains(name));
        }
    }
}

}  // namespace tests::api
