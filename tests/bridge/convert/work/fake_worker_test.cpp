#include "bridge/convert/work/work.hpp"
#include "common/files/files.hpp"
#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

using bridge::convert::work::Errc;
using namespace std::chrono_literals;
namespace wire = bridge::convert::wire;
namespace work = bridge::convert::work;

namespace {

/// A shell script in the worker's place, and a file to give to it.
class FakeWorker {
public:
    explicit FakeWorker(const std::string& script) {
        std::ofstream{program()} << "#!/bin/sh\n" << script << "\n";
        std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
        std::ofstream{folder_.file("input")} << "the file";
    }
    std::string program() const { return folder_.file("worker"); }

    common::Status run(work::Limits limits = {}, const work::Stop& stop = {}) {
        const auto file = common::files::File::open(folder_.file("input"));
        const work::Sink sink{
            .info =
                [this](const wire::Info& found) {
                    info = found;
                    return common::Status{};
                },
            .sound = [](std::span<const std::int16_t>) { return common::Status{}; },
            .picture = {},
        };
        return work::Worker{program(), limits}.run(file->descriptor(), {.job = wire::Job::sound}, sink, stop);
    }

    std::optional<wire::Info> info;

private:
    tests::support::TempFolder folder_;
};

const std::string info_text =
    R"(printf 'I\000\000\000\024\000\000\002\200\000\000\001\340\000\000\000\000\000\000\023\210\001\001\001\000')";

int open_descriptors() {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) ++count;
    return count;
}

}  // namespace

TEST_CASE("work: a worker that answers is heard", "[convert]") {
    FakeWorker worker{info_text + "\nprintf 'Z\\000\\000\\000\\000'"};
    CHECK(worker.run());
    CHECK(worker.info == wire::Info{640, 480, 5'000, true, true, 1});
}

TEST_CASE("work: a worker gets the file, its arguments and nothing else", "[convert]") {
    FakeWorker worker{
        "[ \"$(cat)\" = 'the file' ] || exit 11\n"
        "[ \"$1 $2 $3\" = '1 30 1024' ] || exit 12\n"
        "[ -z \"$HOME$USER$WA_TEST_PATIENCE\" ] || exit 13\n"
        "for n in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$n ] || exit 14; done\n"
        "printf 'Z\\000\\000\\000\\000'"};
    const int leaked = ::open("/dev/null", O_RDONLY);  // as a library may do, without FD_CLOEXEC
    CHECK(worker.run());
    ::close(leaked);
}

TEST_CASE("work: a worker that is missing, or whose libraries are, is said to be so", "[convert]") {
    FakeWorker loader{"exit 127"};
    CHECK(loader.run().error() == Errc::missing);
    CHECK(loader.run().error().kind() == common::Kind::unavailable);
    std::filesystem::remove(loader.program());
    CHECK(loader.run().error() == Errc::missing);
}

TEST_CASE("work: a worker that crashes is an error, and nothing is left of it", "[convert]") {
    FakeWorker warm_up{"exit 1"};
    CHECK(warm_up.run().error() == Errc::crashed);
    const int before = open_descriptors();
    for (const std::string& script :
         {std::string{"kill -SEGV $$"}, std::string{"exit 3"}, std::string{"exit 0"}, info_text}) {
        FakeWorker worker{script};
        CHECK(worker.run().error() == Errc::crashed);
    }
    FakeWorker over_cpu{"kill -XCPU $$"};
    CHECK(over_cpu.run().error() == Errc::out_of_time);
    CHECK(open_descriptors() == before);
}

TEST_CASE("work: a worker that hangs is killed in time", "[convert]") {
    const auto start = std::chrono::steady_clock::now();
    FakeWorker silent{"exec sleep 100"};
    CHECK(silent.run({.wall = 1s}).error() == Errc::out_of_time);
    FakeWorker deaf{"exec >&-; exec sleep 100"};  // closes its answer and stays
    CHECK(deaf.run({.wall = 1s}).error().kind() != common::Kind::internal);
    CHECK(std::chrono::steady_clock::now() - start < 30s);
}

TEST_CASE("work: a worker that floods is cut off", "[convert]") {
    FakeWorker nonsense{"exec cat /dev/zero"};
    CHECK(nonsense.run().error() == Errc::nonsense);
    FakeWorker endless{info_text + "\nwhile :; do printf 'S\\000\\000\\000\\002ab'; done"};
    CHECK(endless.run({.answer_bytes = 10'000}).error() == Errc::too_much);
}

TEST_CASE("work: work is stopped from another thread", "[convert]") {
    const work::Stop stop;
    FakeWorker worker{"exec sleep 100"};
    std::thread other{[&] {
        std::this_thread::sleep_for(100ms);
        stop.request();
    }};
    CHECK(worker.run({}, stop).error() == Errc::stopped);
    other.join();
    CHECK(worker.run({}, stop).error() == Errc::stopped);
}
