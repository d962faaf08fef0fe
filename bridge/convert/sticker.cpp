#include "bridge/convert/detail/jobs.hpp"

#include <algorithm>
#include <array>

namespace bridge::convert::detail {
namespace {

using formats::Kind;
using formats::Type;

/// How an animation is made smaller, step by step.
struct Attempt {
    float quality;
    std::uint32_t interval_ms;  ///< at least this between two pictures
};
constexpr std::array attempts{Attempt{75, 40}, Attempt{55, 66}, Attempt{40, 83}, Attempt{25, 100}, Attempt{10, 166}};
constexpr std::array still_qualities{90.0F, 75.0F, 60.0F, 45.0F, 30.0F, 15.0F};

struct Made {
    Bytes file;
    bool animated{false};
};

Result<Made> make_still(const pictures::Picture& picture, const Settings& settings) {
    const pictures::Picture square = pictures::contain(picture, settings.sticker_side);
    for (const float quality : still_qualities) {
        auto file = pictures::to_webp(square, quality);
        if (!file) return file.error();
        if (file->size() <= settings.sticker_bytes) return Made{std::move(*file), false};
    }
    return Errc::does_not_fit;
}

/// Leaves out pictures that follow too soon, and all after the end; their time goes to the one before.
class Thinner {
public:
    Thinner(std::uint32_t interval_ms, std::uint32_t longest_ms, pictures::TakeFrame take)
        : interval_ms_{interval_ms}, left_ms_{longest_ms}, take_{std::move(take)} {}

    Status add(const pictures::Picture& picture, std::uint32_t shown_ms) {
        if (left_ms_ == 0) return {};
        if (!held_ || held_ms_ >= interval_ms_) {
            if (auto done = finish(); !done) return done;
            held_ = picture;
        }
        const std::uint32_t counted = std::min(shown_ms, left_ms_);
        held_ms_ += counted;
        left_ms_ -= counted;
        return {};
    }
    Status finish() {
        if (!held_) return {};
        const auto taken = take_(*held_, held_ms_);
        held_.reset();
        held_ms_ = 0;
        return taken;
    }

private:
    std::uint32_t interval_ms_;
    std::uint32_t left_ms_;
    pictures::TakeFrame take_;
    std::optional<pictures::Picture> held_;
    std::uint32_t held_ms_{0};
};

Status each_picture(
    const Tools& tools, FileSource& file, Attempt attempt, const pictures::TakeFrame& take, const work::Stop& stop
) {
    const auto longest_ms = static_cast<std::uint32_t>(tools.settings.longest_animation.count());
    if (formats::identify(file).type == Type::webp) {
        Thinner thinner{attempt.interval_ms, longest_ms, take};
        const auto add = [&](const pictures::Picture& picture, std::uint32_t ms) { return thinner.add(picture, ms); };
        const auto done = pictures::decode_animation(file, add, tools.settings.pictures);
        return done ? thinner.finish() : done;
    }
    const wire::Request request{
        .longest_ms = longest_ms,
        .side = std::min(tools.settings.sticker_side, wire::longest_side),
        .count = longest_ms / attempt.interval_ms + 1,
        .interval_ms = attempt.interval_ms,
    };
    return worker_pictures(tools, file, request, take, stop);
}

Result<Made> make_animation(const Tools& tools, FileSource& file, const work::Stop& stop) {
    const Settings& settings = tools.settings;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        pictures::Animation animation{{settings.sticker_side, settings.sticker_side}, attempts[i].quality};
        pictures::Picture first;
        int count = 0;
        const auto take = [&](const pictures::Picture& picture, std::uint32_t shown_ms) -> Status {
            if (stop.is_requested()) return work::Errc::stopped;
            if (++count == 1) first = picture;
            return animation.add(pictures::contain(picture, settings.sticker_side), shown_ms);
        };
        if (auto done = each_picture(tools, file, attempts[i], take, stop); !done) return done.error();
        if (count == 0) return Errc::no_picture;
        if (count == 1) return make_still(first, settings);
        auto made = animation.finish();
        if (!made) return made.error();
        if (made->size() <= settings.animated_sticker_bytes) return Made{std::move(*made), true};
        // Far too large: the next step would not do either.
        if (made->size() > 3 * settings.animated_sticker_bytes) ++i;
    }
    return Errc::does_not_fit;
}

Result<Made> make(const Tools& tools, FileSource& file, const work::Stop& stop) {
    const Settings& settings = tools.settings;
    const formats::Format format = formats::identify(file);
    if (format.kind != Kind::image && format.kind != Kind::video) return Errc::no_picture;
    const auto info = formats::find_image_info(file);
    const bool animated = format.kind == Kind::video || (info && info->animated);
    const std::size_t most = animated ? settings.animated_sticker_bytes : settings.sticker_bytes;
    // What is a sticker already stays as it was made.
    const Dimensions square{settings.sticker_side, settings.sticker_side};
    if (format.type == Type::webp && info && info->stored == square && file.size() <= most) {
        Bytes bytes(static_cast<std::size_t>(file.size()));
        bytes.resize(file.read(0, bytes));
        return Made{std::move(bytes), animated};
    }
    if (animated) return make_animation(tools, file, stop);
    auto picture = pictures::decode(file, settings.sticker_side, settings.pictures);
    if (picture) return make_still(*picture, settings);
    return picture.error() == pictures::Errc::unsupported ? make_animation(tools, file, stop) : picture.error();
}

}  // namespace

Result<Sticker> make_sticker(
    const Tools& tools, const std::string& path, const std::string& output, const work::Stop& stop
) {
    auto file = FileSource::open(path);
    if (!file) return file.error();
    const auto made = make(tools, *file, stop);
    if (!made) return made.error();
    auto written = create_for(output);
    if (!written) return written.error();
    if (const auto done = written->file().write_at(0, made->file); !done) return done.error();
    if (const auto kept = written->keep_as(output); !kept) return kept.error();
    return Sticker{made->file.size(), tools.settings.sticker_side, made->animated};
}

}  // namespace bridge::convert::detail
