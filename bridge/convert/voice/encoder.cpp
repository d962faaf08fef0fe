#include "bridge/convert/voice/voice.hpp"

#include <ogg/ogg.h>
#include <opus/opus.h>

#include <algorithm>
#include <string_view>

namespace bridge::convert::voice {
namespace {

// A phone's notes hold three 20 ms frames a packet (Opus packet code 3), wideband SILK; iPhones refuse notes with one
// frame a packet (docs/decisions/0016).
constexpr std::size_t frame_samples = sample_rate / 50;
constexpr std::size_t frames_a_packet = 3;
constexpr std::size_t packet_samples = frame_samples * frames_a_packet;
constexpr int packets_a_page = 16;                           // about a second
constexpr std::uint64_t clock_ratio = 48'000 / sample_rate;  // Ogg counts Opus in 48 kHz
constexpr std::string_view vendor = "WhatsApp";

template <class T, void (*Destroy)(T*)>
struct Deleter {
    void operator()(T* handle) const noexcept { Destroy(handle); }
};
using OpusEncoderPtr = std::unique_ptr<OpusEncoder, Deleter<OpusEncoder, opus_encoder_destroy>>;
using RepacketizerPtr = std::unique_ptr<OpusRepacketizer, Deleter<OpusRepacketizer, opus_repacketizer_destroy>>;

struct OggStream {
    explicit OggStream(std::uint32_t serial) { ok = ogg_stream_init(&state, static_cast<int>(serial)) == 0; }
    OggStream(const OggStream&) = delete;
    OggStream& operator=(const OggStream&) = delete;
    ~OggStream() { ogg_stream_clear(&state); }
    ogg_stream_state state{};
    bool ok{false};
};

void append_le(common::Bytes& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// RFC 7845, section 5.1.
common::Bytes head_packet(std::uint16_t skipped) {
    common::Bytes out = common::to_bytes("OpusHead");
    out.insert(out.end(), {1, 1});  // version, channels
    append_le(out, skipped, 2);
    append_le(out, sample_rate, 4);
    append_le(out, 0, 3);  // gain, mapping family
    return out;
}

/// RFC 7845, section 5.2; without comments, as phones write it.
common::Bytes tags_packet() {
    common::Bytes out = common::to_bytes("OpusTags");
    append_le(out, vendor.size(), 4);
    common::append(out, common::as_bytes(vendor));
    append_le(out, 0, 4);
    return out;
}

}  // namespace

struct Encoder::State {
    State(Options o, TakeBytes w) : options{o}, write{std::move(w)}, stream{o.serial} {
        int failure = OPUS_OK;
        encoder.reset(opus_encoder_create(sample_rate, 1, OPUS_APPLICATION_VOIP, &failure));
        repacketizer.reset(opus_repacketizer_create());
        ok = encoder && repacketizer && stream.ok && set_up();
        pending.reserve(packet_samples);
    }

    bool set_up() {
        opus_int32 ahead = 0;
        OpusEncoder* e = encoder.get();
        const bool done = opus_encoder_ctl(e, OPUS_SET_BITRATE(options.bits_a_second)) == OPUS_OK &&
                          opus_encoder_ctl(e, OPUS_SET_COMPLEXITY(options.complexity)) == OPUS_OK &&
                          opus_encoder_ctl(e, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE)) == OPUS_OK &&
                          opus_encoder_ctl(e, OPUS_SET_BANDWIDTH(OPUS_BANDWIDTH_WIDEBAND)) == OPUS_OK &&
                          opus_encoder_ctl(e, OPUS_GET_LOOKAHEAD(&ahead)) == OPUS_OK;
        lookahead = static_cast<std::size_t>(std::max<opus_int32>(ahead, 0));
        return done;
    }

    Status add(Samples samples) {
        if (!ok) return Errc::codec_failed;
        const auto most = static_cast<std::uint64_t>(options.longest.count()) * sample_rate;
        if (samples.size() > most - std::min(most, total)) return Errc::too_long;
        waveform.add(samples);
        total += samples.size();
        return push(samples);
    }

    Status push(Samples samples) {
        while (!samples.empty()) {
            const std::size_t count = std::min(samples.size(), packet_samples - pending.size());
            pending.insert(pending.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
            samples = samples.subspan(count);
            if (pending.size() < packet_samples) break;
            if (auto done = encode_packet(); !done) return done;
        }
        return {};
    }

    Status encode_packet() {
        if (auto done = write_headers(); !done) return done;
        // A packet is handed over one step late, because the last one has to be marked.
        if (auto done = hand_over(false); !done) return done;
        opus_repacketizer_init(repacketizer.get());
        for (std::size_t i = 0; i < frames_a_packet; ++i) {
            auto& frame = frames[i];
            const auto size = opus_encode(
                encoder.get(),
                pending.data() + i * frame_samples,
                static_cast<int>(frame_samples),
                frame.data(),
                static_cast<opus_int32>(frame.size())
            );
            if (size <= 0 || opus_repacketizer_cat(repacketizer.get(), frame.data(), size) != OPUS_OK) {
                return Errc::codec_failed;
            }
        }
        const auto size =
            opus_repacketizer_out(repacketizer.get(), packet.data(), static_cast<opus_int32>(packet.size()));
        if (size <= 0) return Errc::codec_failed;
        packet_size = static_cast<std::size_t>(size);
        encoded += packet_samples;
        pending.clear();
        return {};
    }

    Status write_headers() {
        if (packets > 0) return {};
        common::Bytes head = head_packet(static_cast<std::uint16_t>(lookahead * clock_ratio));
        common::Bytes tags = tags_packet();
        if (auto done = put(head, 0, false); !done) return done;
        if (auto done = flush(); !done) return done;  // each header has a page of its own
        if (auto done = put(tags, 0, false); !done) return done;
        return flush();
    }

    Status hand_over(bool is_last) {
        if (packet_size == 0) return {};
        // The end of the last page cuts the padding off.
        const std::uint64_t position = is_last ? (total + lookahead) * clock_ratio : encoded * clock_ratio;
        if (auto done = put(std::span{packet}.first(packet_size), position, is_last); !done) return done;
        packet_size = 0;
        if (++packets_on_page < packets_a_page && !is_last) return {};
        packets_on_page = 0;
        return flush();
    }

    Status put(std::span<std::uint8_t> bytes, std::uint64_t position, bool is_last) {
        ogg_packet wrapped{};
        wrapped.packet = bytes.data();
        wrapped.bytes = static_cast<long>(bytes.size());
        wrapped.b_o_s = packets == 0;
        wrapped.e_o_s = is_last;
        wrapped.granulepos = static_cast<ogg_int64_t>(position);
        wrapped.packetno = packets++;
        return ogg_stream_packetin(&stream.state, &wrapped) == 0 ? Status{} : Status{Errc::codec_failed};
    }

    Status flush() {
        ogg_page page{};
        while (ogg_stream_flush(&stream.state, &page) != 0) {
            if (auto done = write({page.header, static_cast<std::size_t>(page.header_len)}); !done) return done;
            if (auto done = write({page.body, static_cast<std::size_t>(page.body_len)}); !done) return done;
        }
        return {};
    }

    Result<Note> finish() {
        if (!ok) return Errc::codec_failed;
        if (total == 0) return Errc::no_sound;
        const std::size_t behind = (total + lookahead) % packet_samples;
        const std::vector<std::int16_t> padding(lookahead + (behind == 0 ? 0 : packet_samples - behind), 0);
        if (auto done = push(padding); !done) return done.error();
        if (auto done = hand_over(true); !done) return done.error();
        const std::uint64_t milliseconds = (total * 1000 + sample_rate / 2) / sample_rate;
        return Note{std::chrono::milliseconds{milliseconds}, waveform.bars()};
    }

    Options options;
    TakeBytes write;
    OggStream stream;
    OpusEncoderPtr encoder;
    RepacketizerPtr repacketizer;
    bool ok{false};
    std::size_t lookahead{0};
    std::uint64_t total{0};    ///< samples given
    std::uint64_t encoded{0};  ///< samples in packets, padding included
    std::int64_t packets{0};
    int packets_on_page{0};
    std::vector<std::int16_t> pending;
    std::array<std::array<std::uint8_t, 1275>, frames_a_packet> frames;
    std::array<std::uint8_t, frames_a_packet * 1277 + 8> packet;
    std::size_t packet_size{0};
    Waveform waveform;
};

Encoder::Encoder(Options options, TakeBytes write) : state_{std::make_unique<State>(options, std::move(write))} {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;
Status Encoder::add(Samples samples) { return state_->add(samples); }
Result<Note> Encoder::finish() { return state_->finish(); }

}  // namespace bridge::convert::voice
