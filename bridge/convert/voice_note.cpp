#include "bridge/convert/detail/jobs.hpp"
#include "common/crypto/crypto.hpp"

namespace bridge::convert::detail {
namespace {

std::uint32_t random_serial() { return static_cast<std::uint32_t>(common::crypto::random_below(1ULL << 32)); }

/// In process where that can be, else by the worker.
Status decode(const Tools& tools, FileSource& file, const voice::TakeSamples& take, const work::Stop& stop) {
    const auto done = voice::decode(file, take);
    if (done || !(done.error() == voice::Errc::unsupported)) return done;
    const auto longest = std::chrono::milliseconds{tools.settings.longest_voice_note};
    const wire::Request request{.job = wire::Job::sound, .longest_ms = static_cast<std::uint64_t>(longest.count())};
    return tools.worker.run(file.descriptor(), request, {.info = {}, .sound = take, .picture = {}}, stop);
}

}  // namespace

Result<VoiceNote> make_voice_note(
    const Tools& tools, const std::string& path, const std::string& output, const work::Stop& stop
) {
    auto file = FileSource::open(path);
    if (!file) return file.error();
    auto made = create_for(output);
    if (!made) return made.error();

    std::uint64_t bytes = 0;
    const auto write = [&](common::ByteView data) {
        const auto written = made->file().write_at(bytes, data);
        bytes += data.size();
        return written;
    };
    const Settings& settings = tools.settings;
    voice::Encoder encoder{
        {settings.voice_bits_a_second, settings.voice_complexity, settings.longest_voice_note, random_serial()},
        write,
    };
    const auto take = [&](voice::Samples samples) {
        return stop.is_requested() ? Status{work::Errc::stopped} : encoder.add(samples);
    };
    if (const auto decoded = decode(tools, *file, take, stop); !decoded) return decoded.error();
    const auto note = encoder.finish();
    if (!note) return note.error();
    if (const auto kept = made->keep_as(output); !kept) return kept.error();
    return VoiceNote{bytes, note->duration, note->seconds(), note->waveform};
}

}  // namespace bridge::convert::detail
