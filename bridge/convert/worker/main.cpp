/// whatsapp-media-worker: decodes one file that a stranger may have made, behind a fence (docs/decisions/0017). Started
/// by the bridge for each job; arguments and answers are those of bridge/convert/wire.
#include "bridge/convert/worker/confine.hpp"
#include "bridge/convert/worker/jobs.hpp"
#include "bridge/convert/worker/output.hpp"

#include <new>

namespace {

using namespace bridge::convert;

void run(const wire::Request& request) {
    worker::Input input{request};
    switch (request.job) {
        case wire::Job::probe: return worker::run_probe(input);
        case wire::Job::sound: return worker::run_sound(input, request);
        case wire::Job::pictures: return worker::run_pictures(input, request);
        case wire::Job::fence: return;
    }
}

int end_with(wire::Failure failure) noexcept {
    const auto code = static_cast<std::uint8_t>(failure);
    worker::write_record(wire::Record::failure, {&code, 1});
    return 0;
}

}  // namespace

int main(int count, char** values) {
    const auto request = wire::parse_arguments(count - 1, values + 1);
    if (!request) return 2;
    if (!worker::confine(*request)) return end_with(wire::Failure::unconfined);
    if (request->job == wire::Job::fence) {
        worker::try_fence();
        return 0;
    }
    try {
        run(*request);
    } catch (const worker::Failed& failed) {
        return end_with(failed.why);
    } catch (const std::bad_alloc&) {
        return end_with(wire::Failure::out_of_memory);
    }
    worker::write_record(wire::Record::done, {});
    return 0;
}
