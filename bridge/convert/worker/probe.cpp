#include "bridge/convert/worker/jobs.hpp"
#include "bridge/convert/worker/output.hpp"

namespace bridge::convert::worker {

void run_probe(Input& input) {
    wire::Info info = input.info();
    if (info.duration_ms == 0) info.duration_ms = input.measure();
    write_info(info);
}

}  // namespace bridge::convert::worker
