/// The real worker, with files that FFmpeg's own program made.
#include "bridge/convert/work/work.hpp"
#include "common/files/files.hpp"
#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#ifdef WA_MEDIA_WORKER

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>

using bridge::convert::work::Errc;
using namespace std::chrono_literals;
namespace wire = bridge::convert::wire;
namespace work = bridge::convert::work;

namespace {

struct Picture {
    std::uint32_t width{0}, height{0}, shown_ms{0};
    common::Bytes rgba;
};

struct Answer {
    wire::Info info;
    std::vector<std::int16_t> samples;
    std::vector<Picture> pictures;
};

class Files {
public:
    /// Makes a file with the command line program; `arguments` come before the name.
    std::string make(const std::string& name, const std::string& arguments) {
        const std::string path = folder_.file(name);
        REQUIRE(std::system(("ffmpeg -v error -y " + arguments + " " + path).c_str()) == 0);
        return path;
    }
    std::string write(const std::string& name, common::ByteView bytes) {
        std::ofstream{folder_.file(name), std::ios::binary} << common::as_text(bytes);
        return folder_.file(name);
    }
    static common::Bytes read(const std::string& path) {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

private:
    tests::support::TempFolder folder_;
};

common::Result<Answer> run(const std::string& path, wire::Request request, work::Limits limits = {}) {
    Answer out;
    const work::Sink sink{
        [&](const wire::Info& info) {
            out.info = info;
            return common::Status{};
        },
        [&](std::span<const std::int16_t> s) {
            out.samples.insert(out.samples.end(), s.begin(), s.end());
            return common::Status{};
        },
        [&](const work::Frame& f) {
            out.pictures.push_back({f.width, f.height, f.shown_ms, common::to_bytes(f.rgba)});
            return common::Status{};
        },
    };
    const auto file = common::files::File::open(path);
    REQUIRE(file);
    const auto done = work::Worker{WA_MEDIA_WORKER, limits}.run(file->descriptor(), request, sink, {});
    if (!done) return done.error();
    return out;
}

const std::string sine = "-f lavfi -i sine=frequency=1000:sample_rate=44100:duration=2 ";

/// The share of a sound's energy that is at one frequency.
double purity(const std::vector<std::int16_t>& samples, double hertz) {
    double re = 0, im = 0, all = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double angle = 2 * std::numbers::pi * hertz * static_cast<double>(i) / 16'000;
        re += samples[i] * std::cos(angle);
        im += samples[i] * std::sin(angle);
        all += static_cast<double>(samples[i]) * samples[i];
    }
    return 2 * (re * re + im * im) / (all * static_cast<double>(samples.size()));
}

}  // namespace

TEST_CASE("worker: the fence holds", "[convert][tools]") {
    FILE* pipe = ::popen(WA_MEDIA_WORKER " 3 10 1024 1 0 0 1 0 </dev/null", "r");
    std::array<char, 4096> buffer{};
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe);
    CHECK(::pclose(pipe) == 0);
    CHECK(std::string(buffer.data(), count) == "fence tried\n");
}

TEST_CASE("worker: sound of any kind comes as 16 kHz mono", "[convert][tools]") {
    Files files;
    for (const std::string name : {"a.mp3", "a.m4a", "a.flac", "a.aac", "a.ogg", "a.wma", "a.aiff", "a.mka"}) {
        CAPTURE(name);
        const auto answer = run(files.make(name, sine + "-ac 2"), {.job = wire::Job::sound});
        REQUIRE(answer);
        CHECK(answer->info.has_sound);
        // Lossy formats pad their first and last block.
        CHECK(static_cast<double>(answer->samples.size()) / 16'000 == Approx(2).margin(0.1));
        CHECK(purity(answer->samples, 1000) > 0.95);
    }
    const auto film =
        run(files.make("a.webm", sine + "-f lavfi -i testsrc=d=2:s=64x64 -c:a libopus -c:v libvpx"),
            {.job = wire::Job::sound});
    REQUIRE(film);
    CHECK(purity(film->samples, 1000) > 0.95);
}

TEST_CASE("worker: a film tells its measures and shows its first picture", "[convert][tools]") {
    Files files;
    const std::string red = "-f lavfi -i color=red:s=640x360:d=3:r=10 -f lavfi -i sine=duration=3 ";
    for (const std::string name : {"v.mp4", "v.mov", "v.mkv", "v.webm", "v.avi"}) {
        CAPTURE(name);
        const std::string path = files.make(name, red);
        const auto probe = run(path, {.job = wire::Job::probe});
        REQUIRE(probe);
        CHECK(probe->info.width == 640);
        CHECK(probe->info.height == 360);
        CHECK(probe->info.has_sound);
        CHECK(static_cast<double>(probe->info.duration_ms) == Approx(3000).margin(110));  // the last frame, in AVI
        const auto answer = run(path, {.job = wire::Job::pictures, .side = 100});
        REQUIRE(answer);
        REQUIRE(answer->pictures.size() == 1);
        const Picture& picture = answer->pictures[0];
        CHECK(picture.width == 100);
        CHECK(picture.height == 56);
        CHECK(picture.rgba[0] > 230);
        CHECK(picture.rgba[1] < 20);
        CHECK(picture.rgba[2] < 20);
        CHECK(picture.rgba[3] == 255);
    }
    const auto silent = run(files.make("s.mp4", "-f lavfi -i color=red:s=64x64:d=1"), {.job = wire::Job::probe});
    REQUIRE(silent);
    CHECK_FALSE(silent->info.has_sound);
}

TEST_CASE("worker: a film on its side is turned", "[convert][tools]") {
    Files files;
    const std::string flat = files.make("flat.mp4", "-f lavfi -i testsrc=d=1:s=320x240");
    const std::string turned = files.make("turned.mp4", "-i " + flat + " -c copy -metadata:s:v rotate=90");
    const auto answer = run(turned, {.job = wire::Job::probe});
    REQUIRE(answer);
    CHECK(answer->info.width == 240);
    CHECK(answer->info.height == 320);
    CHECK(answer->info.orientation == 8);  // this program's "rotate" is counter-clockwise, as its ffprobe shows
}

TEST_CASE("worker: a recording without a length is measured", "[convert][tools]") {
    Files files;
    const std::string path = files.make("live.webm", "-f lavfi -i testsrc=d=4:s=64x64:r=10 -f webm -live 1");
    const auto answer = run(path, {.job = wire::Job::probe});
    REQUIRE(answer);
    CHECK(static_cast<double>(answer->info.duration_ms) == Approx(4000).margin(150));
}

TEST_CASE("worker: frames of an animation come with their times, thinned where asked", "[convert][tools]") {
    Files files;
    const std::string gif = files.make("a.gif", "-f lavfi -i testsrc=d=2:s=128x64:r=20");
    const auto all = run(gif, {.job = wire::Job::pictures, .side = 512, .count = 100});
    REQUIRE(all);
    CHECK(all->pictures.size() == 40);
    CHECK(all->pictures[0].width == 128);  // never scaled up
    std::uint32_t total = 0;
    for (const Picture& picture : all->pictures) total += picture.shown_ms;
    CHECK(total == 2000);

    const auto thinned = run(gif, {.job = wire::Job::pictures, .side = 64, .count = 100, .interval_ms = 100});
    REQUIRE(thinned);
    CHECK(thinned->pictures.size() == 20);
    total = 0;
    for (const Picture& picture : thinned->pictures) total += picture.shown_ms;
    CHECK(total == 2000);

    const auto short_one = run(gif, {.job = wire::Job::pictures, .longest_ms = 500, .side = 64, .count = 100});
    REQUIRE(short_one);
    CHECK(short_one->pictures.size() == 10);
    for (const std::string name : {"p.bmp", "p.tiff"}) {
        const auto still =
            run(files.make(name, "-f lavfi -i testsrc=d=1:s=128x64:r=1 -frames:v 1"),
                {.job = wire::Job::pictures, .side = 64});
        REQUIRE(still);
        CHECK(still->pictures.at(0).height == 32);
    }
}

TEST_CASE("worker: what is not there is said to be not there", "[convert][tools]") {
    Files files;
    CHECK(run(files.make("a.mp3", sine), {.job = wire::Job::pictures}).error() == Errc::nothing_there);
    CHECK(
        run(files.make("v.mp4", "-f lavfi -i testsrc=d=1:s=64x64"), {.job = wire::Job::sound}).error() ==
        Errc::nothing_there
    );
    CHECK(
        run(files.write("t.txt", common::as_bytes("only text")), {.job = wire::Job::probe}).error() == Errc::unreadable
    );
    CHECK(run(files.write("empty", {}), {.job = wire::Job::probe}).error() == Errc::unreadable);
}

TEST_CASE("worker: limits end what goes beyond them", "[convert][tools]") {
    Files files;
    const std::string sound = files.make("a.mp3", sine);
    CHECK(run(sound, {.job = wire::Job::sound, .longest_ms = 1500}).error() == Errc::too_long);
    CHECK(run(sound, {.job = wire::Job::sound}, {.answer_bytes = 10'000}).error() == Errc::too_much);
    const std::string film = files.make("v.mp4", "-f lavfi -i testsrc=d=1:s=640x480");
    CHECK(run(film, {.job = wire::Job::pictures, .most_pixels = 300'000, .side = 10}).error() == Errc::too_large);
    CHECK(run(film, {.job = wire::Job::pictures, .most_pixels = 307'200, .side = 10}));

    // Hours of silence that take no room, decoded until the CPU time is used up.
    const std::string endless = files.make("endless.wav", sine + "-t 1");
    auto header = Files::read(endless);
    header.resize(header.size() - 88'200);
    for (const std::size_t size_field : {std::size_t{4}, header.size() - 4}) {
        for (std::size_t i = 0; i < 4; ++i) header[size_field + i] = 0xFF;
    }
    files.write("endless.wav", header);
    std::filesystem::resize_file(endless, 4ULL << 30);
    const auto out_of_time = run(endless, {.job = wire::Job::sound}, {.cpu = 1s, .answer_bytes = 1ULL << 40});
    CHECK(out_of_time.error() == Errc::out_of_time);
    // So little memory that the decoder cannot start.
    const std::string large = files.make("large.png", "-f lavfi -i color=red:s=8000x8000:d=1:r=1 -frames:v 1");
    const auto out_of_memory = run(large, {.job = wire::Job::pictures, .side = 10}, {.memory_mib = 250});
    CHECK(out_of_memory.error() == Errc::out_of_memory);
}

TEST_CASE("worker: truncated and damaged files end in an answer or a clear error", "[convert][tools]") {
    Files files;
    for (const std::string name : {"a.mp3", "v.mp4", "v.webm", "p.gif", "a.flac"}) {
        const bool has_pictures = name[0] != 'a';
        const auto whole = Files::read(files.make(name, has_pictures ? "-f lavfi -i testsrc=d=1:s=128x96:r=10" : sine));
        for (int part = 1; part < 8; part += 2) {
            auto bytes = whole;
            bytes.resize(whole.size() * static_cast<std::size_t>(part) / 8);
            if (part % 4 == 1) {
                for (std::size_t i = 97; i < bytes.size(); i += 211) bytes[i] ^= 0x5A;
            }
            const auto job = has_pictures ? wire::Job::pictures : wire::Job::sound;
            const auto answer = run(files.write("damaged", bytes), {.job = job, .longest_ms = 60'000, .side = 64});
            if (!answer) {
                CAPTURE(name, part);
                CHECK(
                    (answer.error().kind() == common::Kind::invalid || answer.error().kind() == common::Kind::timed_out)
                );
                CHECK_FALSE(answer.error() == Errc::crashed);
            }
        }
    }
}

#endif
