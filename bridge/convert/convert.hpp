/// Turns a user's file into what a phone would have made of it: voice notes, thumbnails, stickers, and the measures
/// that go into a message. Knows nothing of messages.
///
/// Lives on one executor (the io thread) and never blocks it: files are read and encoded on threads of its own, and
/// what needs FFmpeg is decoded by whatsapp-media-worker (work/), a confined process for each file. Files are named by
/// paths that the caller has checked; what a file is comes from its bytes alone.
#pragma once

#include "bridge/convert/formats/formats.hpp"
#include "bridge/convert/pictures/pictures.hpp"
#include "bridge/convert/voice/voice.hpp"
#include "bridge/convert/work/work.hpp"
#include "common/async/async.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace bridge::convert {

using common::Bytes;
using common::Result;
using common::Status;
using formats::Dimensions;
namespace asio = common::asio;

/// Failures of this room itself; those of `formats`, `pictures`, `voice`, `work` and `common::files` pass through.
enum class Errc { busy = 1, closed, no_picture, does_not_fit, out_of_memory };
common::ErrcInfo describe(Errc code) noexcept;

struct Settings {
    std::string worker_program;  ///< "": whatsapp-media-worker beside this program
    unsigned threads{2};         ///< files at work at once, so also processes
    std::size_t waiting{64};     ///< files that wait for a thread; more are refused as `busy`
    work::Limits worker;
    pictures::Limits pictures;

    std::int32_t voice_bits_a_second{24'000};
    int voice_complexity{8};
    std::chrono::seconds longest_voice_note{std::chrono::hours{2}};

    std::uint32_t thumbnail_side{100};  ///< pixels, the longer one
    std::size_t thumbnail_bytes{10'240};

    std::uint32_t sticker_side{512};
    std::size_t sticker_bytes{100'000};
    std::size_t animated_sticker_bytes{500'000};
    std::chrono::milliseconds longest_animation{10'000};  ///< what is longer is cut off
};

/// What a message says of its file.
struct About {
    formats::Format format;
    std::uint64_t bytes{0};
    std::optional<Dimensions> size;  ///< as shown
    std::optional<std::chrono::milliseconds> duration;
    std::optional<std::uint32_t> pages;
    bool has_sound{false};
    bool animated{false};
    bool fast_start{true};  ///< false: an MP4 that players must load as a whole first
    /// Rounded, at least 1; nothing when the length is not known.
    std::optional<std::uint32_t> seconds() const noexcept;
};

/// For the field `jpegThumbnail` (protocol part 2, section 7.4).
struct Preview {
    Bytes jpeg;
    Dimensions size;
};

struct VoiceNote {
    std::uint64_t bytes{0};
    std::chrono::milliseconds duration{0};
    std::uint32_t seconds{0};  ///< rounded, at least 1
    voice::Bars waveform{};
};
inline constexpr std::string_view voice_note_mime = "audio/ogg; codecs=opus";

struct Sticker {
    std::uint64_t bytes{0};
    std::uint32_t side{0};  ///< width and height
    bool animated{false};
};
inline constexpr std::string_view sticker_mime = "image/webp";

class Converter {
public:
    explicit Converter(Settings settings);
    /// Stops what runs and waits for its threads. Coroutines that still wait end with `work::Errc::stopped`.
    ~Converter();
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    // Each: the awaiting coroutine's cancellation stops the work (and its process) soon. Paths are regular files;
    // errors are `invalid` for the file's fault, `unavailable` for `busy` and a missing worker.

    /// Measures come from headers where they can; else from the worker, and are left out when there is none.
    asio::awaitable<Result<About>> inspect(std::string path);

    /// Of a picture or the start of a film; `no_picture` for anything else.
    asio::awaitable<Result<Preview>> preview(std::string path);

    /// Any sound, or the sound of a film, as a voice note in the new file `output`, which is there only on success.
    asio::awaitable<Result<VoiceNote>> voice_note(std::string path, std::string output);

    /// Any picture, animation or film as a square WebP in the new file `output`, which is there only on success.
    /// `does_not_fit` when even the lowest quality is too large.
    asio::awaitable<Result<Sticker>> sticker(std::string path, std::string output);

    /// Everything running ends with `work::Errc::stopped`, everything new with `closed`. Does not wait.
    void close();

private:
    struct State;
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work&, const work::Stop&>> run(Work work);

    std::shared_ptr<State> state_;
};

}  // namespace bridge::convert
