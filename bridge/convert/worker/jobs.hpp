/// The jobs. Each throws `Failed` or std::bad_alloc when it cannot be done.
#pragma once

#include "bridge/convert/worker/input.hpp"

namespace bridge::convert::worker {

void run_probe(Input& input);
void run_sound(Input& input, const wire::Request& request);
void run_pictures(Input& input, const wire::Request& request);

}  // namespace bridge::convert::worker
