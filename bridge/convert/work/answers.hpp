/// Reads what a worker writes. The worker has read a stranger's file and may be theirs by now: every record is checked
/// for its size, its place in the order and its content.
#pragma once

#include "bridge/convert/wire/wire.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace bridge::convert::work {

using common::ByteView;
using common::Result;
using common::Status;

/// A decoded picture; the view lives during the call that it is given to.
struct Frame {
    std::uint32_t width{0};
    std::uint32_t height{0};
    std::uint32_t shown_ms{0};
    ByteView rgba;  ///< rows from the top, 4 bytes a pixel, alpha not premultiplied
};

/// What is done with the answers; what is not set is not wanted. A failure ends the job with it.
struct Sink {
    std::function<Status(const wire::Info&)> info;
    std::function<Status(std::span<const std::int16_t>)> sound;  ///< 16 kHz, mono
    std::function<Status(const Frame&)> picture;
};

class AnswerReader {
public:
    /// `sink` outlives this. After `most_bytes` the answer is `Errc::too_much`.
    AnswerReader(const Sink& sink, std::uint64_t most_bytes) : sink_{sink}, left_{most_bytes} {}

    /// The next bytes, in pieces of any size. After an error nothing more may be fed.
    Status feed(ByteView bytes);
    /// The last record has come.
    bool is_done() const noexcept { return done_; }

private:
    Status take(wire::Record record, ByteView content);
    Status take_info(ByteView content);
    Status take_sound(ByteView content);
    Status take_picture(ByteView content);

    const Sink& sink_;
    std::uint64_t left_;
    common::Bytes held_;  ///< a record that is not whole yet
    std::vector<std::int16_t> samples_;
    bool has_info_{false};
    bool done_{false};
};

}  // namespace bridge::convert::work
