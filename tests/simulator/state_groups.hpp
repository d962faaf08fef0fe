/// Groups in the state file.
#pragma once

#include "common/json/json.hpp"
#include "tests/simulator/group.hpp"

namespace simulator {

void write_group(common::json::Writer& out, const Group& group);
Group read_group(common::json::Value value);

}  // namespace simulator
