#include "bridge/convert/work/answers.hpp"

#include "bridge/convert/work/work.hpp"

#include <algorithm>

namespace bridge::convert::work {
namespace {

Errc code_of(std::uint8_t failure) noexcept {
    switch (static_cast<wire::Failure>(failure)) {
        case wire::Failure::unreadable: return Errc::unreadable;
        case wire::Failure::nothing_there: return Errc::nothing_there;
        case wire::Failure::too_large: return Errc::too_large;
        case wire::Failure::too_long: return Errc::too_long;
        case wire::Failure::out_of_memory: return Errc::out_of_memory;
        case wire::Failure::unconfined: return Errc::failed;
    }
    return Errc::nonsense;
}

}  // namespace

Status AnswerReader::feed(ByteView bytes) {
    if (bytes.size() > left_) return Errc::too_much;
    left_ -= bytes.size();
    while (!bytes.empty()) {
        if (done_) return common::Error{Errc::nonsense, "more after the last record"};
        const std::size_t size = held_.size() < wire::header_bytes ? 0 : wire::get(held_.data() + 1, 4);
        const std::size_t wanted = wire::header_bytes + size - held_.size();
        const ByteView next = bytes.first(std::min(wanted, bytes.size()));
        common::append(held_, next);
        bytes = bytes.subspan(next.size());
        if (held_.size() < wire::header_bytes) break;
        const std::size_t whole = wire::get(held_.data() + 1, 4);
        if (whole > wire::most_record_bytes) return common::Error{Errc::nonsense, "a record too long"};
        if (held_.size() < wire::header_bytes + whole) continue;
        const auto taken = take(static_cast<wire::Record>(held_[0]), ByteView{held_}.subspan(wire::header_bytes));
        if (!taken) return taken;
        held_.clear();
    }
    return {};
}

Status AnswerReader::take(wire::Record record, ByteView content) {
    switch (record) {
        case wire::Record::info: return take_info(content);
        case wire::Record::sound: return take_sound(content);
        case wire::Record::picture: return take_picture(content);
        case wire::Record::failure: return content.size() == 1 ? code_of(content[0]) : Errc::nonsense;
        case wire::Record::done: done_ = content.empty(); return done_ ? Status{} : Status{Errc::nonsense};
    }
    return common::Error{Errc::nonsense, "an unknown record"};
}

Status AnswerReader::take_info(ByteView content) {
    const auto bytes = common::to_array<wire::info_bytes>(content);
    const auto info = bytes ? wire::parse_info(*bytes) : std::nullopt;
    if (!info || has_info_) return common::Error{Errc::nonsense, "wrong info"};
    has_info_ = true;
    return sink_.info ? sink_.info(*info) : Status{};
}

Status AnswerReader::take_sound(ByteView content) {
    if (!has_info_ || !sink_.sound || content.empty() || content.size() % 2 != 0)
        return common::Error{Errc::nonsense, "wrong sound"};
    samples_.resize(content.size() / 2);
    for (std::size_t i = 0; i < samples_.size(); ++i) {
        samples_[i] = static_cast<std::int16_t>(content[2 * i] | content[2 * i + 1] << 8);
    }
    return sink_.sound(samples_);
}

Status AnswerReader::take_picture(ByteView content) {
    if (!has_info_ || !sink_.picture || content.size() < 12) return common::Error{Errc::nonsense, "wrong picture"};
    const Frame frame{
        static_cast<std::uint32_t>(wire::get(content.data(), 4)),
        static_cast<std::uint32_t>(wire::get(content.data() + 4, 4)),
        static_cast<std::uint32_t>(wire::get(content.data() + 8, 4)),
        content.subspan(12),
    };
    const bool fits = frame.width >= 1 && frame.width <= wire::longest_side && frame.height >= 1 &&
                      frame.height <= wire::longest_side;
    if (!fits || frame.rgba.size() != std::size_t{4} * frame.width * frame.height)
        return common::Error{Errc::nonsense, "wrong picture"};
    return sink_.picture(frame);
}

}  // namespace bridge::convert::work
