/// Protocol vectors: JSON files in the folder that WA_VECTORS_DIR names (default tests/data/vectors).
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/json/json.hpp"

#include <string>
#include <string_view>

namespace tests::support {

/// The file `name`; throws when it cannot be read or is no JSON, because the test is then worth nothing.
common::json::Document load_vectors(std::string_view name);
/// Where the files are, without a slash at the end.
std::string vectors_folder();

/// Members of an object in a vector file; throw `std::runtime_error` naming the key when missing or of another type.
common::json::Value member(common::json::Value object, std::string_view key);
std::string text(common::json::Value object, std::string_view key);
std::int64_t number(common::json::Value object, std::string_view key);
bool flag(common::json::Value object, std::string_view key);
common::Bytes hex(common::json::Value object, std::string_view key);

}  // namespace tests::support
