#include "tests/support/vectors.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tests::support {

namespace {

template <class T>
T need(std::optional<T> value, std::string_view key) {
    if (!value) throw std::runtime_error{"vector file: wrong type at " + std::string{key}};
    return *value;
}

}  // namespace

std::string vectors_folder() {
    const char* folder = std::getenv("WA_VECTORS_DIR");
    return folder && *folder ? folder : "tests/data/vectors";
}

common::json::Document load_vectors(std::string_view name) {
    const std::string path = vectors_folder() + "/" + std::string{name};
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error{"cannot read " + path};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    auto document = common::json::Document::parse(content);
    if (!document) throw std::runtime_error{path + ": " + document.error().message()};
    return std::move(*document);
}

common::json::Value member(common::json::Value object, std::string_view key) {
    const auto value = object[key];
    if (!value.exists()) throw std::runtime_error{"vector file: nothing at " + std::string{key}};
    return value;
}

std::string text(common::json::Value object, std::string_view key) {
    return std::string{need(member(object, key).string(), key)};
}
std::int64_t number(common::json::Value object, std::string_view key) {
    return need(member(object, key).integer(), key);
}
bool flag(common::json::Value object, std::string_view key) { return need(member(object, key).boolean(), key); }

common::Bytes hex(common::json::Value object, std::string_view key) {
    auto bytes = common::from_hex(text(object, key));
    if (!bytes) throw std::runtime_error{"vector file: no hex at " + std::string{key}};
    return std::move(*bytes);
}

}  // namespace tests::support
