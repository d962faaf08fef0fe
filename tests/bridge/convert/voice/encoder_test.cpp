#include "tests/bridge/convert/voice/sounds.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

using common::Bytes;
using common::ByteView;
using std::chrono::milliseconds;
namespace voice = sounds::voice;

namespace {

/// What a program prints; empty when it fails.
std::string output_of(const std::string& command) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer;
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
        out.append(buffer.data(), count);
    return ::pclose(pipe) == 0 ? out : std::string{};
}

std::string number_after(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name);
    return at == text.npos
               ? ""
               : text.substr(at + name.size(), text.find_first_of(" \n\r", at + name.size()) - at - name.size());
}

void write_file(const std::string& path, ByteView bytes) {
    std::ofstream{path, std::ios::binary} << common::as_text(bytes);
}

/// Packets of an Ogg stream whose packets do not span pages, as ours do not.
std::vector<Bytes> packets_of(ByteView file) {
    std::vector<Bytes> out;
    for (std::size_t at = 0; at + 27 <= file.size();) {
        const std::size_t segments = file[at + 26];
        std::size_t body = at + 27 + segments;
        Bytes packet;
        for (std::size_t i = 0; i < segments; ++i) {
            const std::size_t size = file[at + 27 + i];
            common::append(packet, file.subspan(body, size));
            body += size;
            if (size == 255) continue;
            out.push_back(packet);
            packet.clear();
        }
        at = body;
    }
    return out;
}

}  // namespace

TEST_CASE("voice: a note is framed as phones frame it", "[convert]") {
    const auto encoded = sounds::encode(sounds::tone(2.5));
    REQUIRE(encoded);
    const auto packets = packets_of(encoded->file);
    REQUIRE(packets.size() > 3);
    CHECK(common::as_text(packets[0]).substr(0, 8) == "OpusHead");
    CHECK(packets[0][9] == 1);                                // channels
    CHECK((packets[0][12] | packets[0][13] << 8) == 16'000);  // rate of the recording
    CHECK(common::as_text(packets[1]) == std::string_view{"OpusTags\x08\0\0\0WhatsApp\0\0\0\0", 24});
    for (std::size_t i = 2; i < packets.size(); ++i) {
        CHECK(packets[i][0] >> 3 == 9);    // SILK, wideband, 20 ms
        CHECK((packets[i][0] & 3) == 3);   // several frames a packet
        CHECK((packets[i][1] & 63) == 3);  // three of them
    }
}

TEST_CASE("voice: other programs agree on length, rate and channels", "[convert][tools]") {
    const tests::support::TempFolder folder;
    for (const double seconds : {0.02, 0.5, 1.0, 3.333, 61.2}) {
        const auto encoded = sounds::encode(sounds::tone(seconds));
        REQUIRE(encoded);
        CHECK(encoded->note.duration == milliseconds{std::lround(seconds * 1000)});
        const std::string path = folder.file("note.ogg");
        write_file(path, encoded->file);

        const std::string probe = output_of(
            "ffprobe -v error -show_entries stream=codec_name,channels -show_entries "
            "format=duration,format_name " +
            path
        );
        CHECK(number_after(probe, "codec_name=") == "opus");
        CHECK(number_after(probe, "channels=") == "1");
        // ffprobe counts from the first sample of the file, so with what players skip (6.5 ms).
        CHECK(std::stod("0" + number_after(probe, "\nduration=")) == Approx(seconds).margin(0.02));

        const std::string info = output_of("opusinfo " + path);
        CHECK(info.find("WARNING") == info.npos);
        CHECK(info.find("Encoded with WhatsApp") != info.npos);
        CHECK(info.find("Original sample rate: 16000 Hz") != info.npos);
        CHECK(info.find("Packet duration:   60.0ms (max),   60.0ms (avg),   60.0ms (min)") != info.npos);

        const std::string decoded = folder.file("decoded.wav");
        output_of("opusdec --quiet --rate 16000 --force-wav " + path + " " + decoded);
        std::ifstream wav{decoded, std::ios::binary | std::ios::ate};
        CHECK(std::abs(static_cast<double>(wav.tellg()) - 44 - seconds * 32'000) <= 640);
    }
}

TEST_CASE("voice: what comes out sounds like what went in", "[convert]") {
    const auto sound = sounds::tone(3, 1000, [](double at) { return 0.2 + 0.8 * at; });
    const auto encoded = sounds::encode(sound);
    REQUIRE(encoded);
    const auto back = sounds::decode(encoded->file);
    REQUIRE(back);
    CHECK(back->size() == sound.size());
    CHECK(sounds::likeness_nearby(sound, *back) > 0.95);
    CHECK(encoded->note.waveform.front() < 25);
    CHECK(encoded->note.waveform.back() == 100);
    CHECK(encoded->note.seconds() == 3);
}

TEST_CASE("voice: pieces of any size make the same file", "[convert]") {
    const auto sound = sounds::tone(1.23);
    const auto whole = sounds::encode(sound, {.serial = 1}, 1'000'000);
    const auto pieces = sounds::encode(sound, {.serial = 1}, 13);
    REQUIRE(whole);
    REQUIRE(pieces);
    CHECK(whole->file == pieces->file);
}

TEST_CASE("voice: nothing is no note, and too much is refused", "[convert]") {
    CHECK(sounds::encode({}).error() == voice::Errc::no_sound);
    CHECK(sounds::encode(sounds::tone(1.1), {.longest = std::chrono::seconds{1}}).error() == voice::Errc::too_long);
    CHECK(sounds::encode(sounds::tone(1.0), {.longest = std::chrono::seconds{1}}));
    const auto one_sample = sounds::encode({1});
    REQUIRE(one_sample);
    CHECK(one_sample->note.seconds() == 1);
}

TEST_CASE("voice: a full disk ends the note with its error", "[convert]") {
    std::size_t room = 2000;
    const auto write = [&](ByteView bytes) {
        if (bytes.size() > room) return common::Status{common::Errc::unavailable};
        room -= bytes.size();
        return common::Status{};
    };
    voice::Encoder encoder{{}, write};
    const auto sound = sounds::tone(60);
    CHECK(encoder.add(sound).error() == common::Errc::unavailable);
}
