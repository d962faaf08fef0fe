#include "bridge/store/detail/input.hpp"
#include "bridge/store/detail/text.hpp"

namespace bridge::store::detail {
namespace {

// What peers may make us keep for one message; clients make nothing near it.
constexpr std::size_t most_details = 512U << 10;
constexpr std::size_t most_thumbnail = 512U << 10;
constexpr std::size_t most_waveform = 1024;
constexpr std::size_t most_key = 64;
constexpr std::size_t most_mentions = 2048;
constexpr std::size_t most_options = 256;
constexpr std::size_t most_text = 1U << 20;
constexpr std::size_t hash_size = 32;

void clean_text(std::string& text, std::size_t most = longest_name) {
    if (text.size() > most) text.resize(most);
    if (!is_clean(text)) text = clean(text);
}

void cap(common::Bytes& bytes, std::size_t most) {
    if (bytes.size() > most) bytes.clear();
}

void prepare_media(MediaInfo& media) {
    for (std::string* text : {&media.mime_type, &media.file_name, &media.path}) clean_text(*text);
    for (std::string* text : {&media.url, &media.direct_path}) clean_text(*text, 4096);
    for (common::Bytes* key : {&media.media_key, &media.file_sha256, &media.file_enc_sha256}) cap(*key, most_key);
    cap(media.thumbnail, most_thumbnail);
    cap(media.waveform, most_waveform);
    for (std::int64_t* size : {&media.file_length, &media.width, &media.height, &media.seconds, &media.pages}) {
        if (*size < 0) *size = 0;
    }
}

void prepare_poll(PollInfo& poll) {
    clean_text(poll.name, 4096);
    std::erase_if(poll.options, [](const PollOptionInfo& option) { return option.hash.size() != hash_size; });
    if (poll.options.size() > most_options) poll.options.resize(most_options);
    for (PollOptionInfo& option : poll.options) clean_text(option.name, 4096);
}

struct Prepare {
    void operator()(React& what) const { clean_text(what.emoji, 128); }
    void operator()(Edit& what) const {
        clean_text(what.text, most_text);
        if (what.details.size() > most_details) what.details.clear();
        clean_text(what.details, most_details);
    }
    void operator()(Vote& what) const {
        std::erase_if(what.choices, [](const common::Bytes& choice) { return choice.size() != hash_size; });
        if (what.choices.size() > most_options) what.choices.resize(most_options);
    }
    void operator()(AddOption& what) const {
        clean_text(what.option.name, 4096);
        what.option.hash.resize(hash_size);
    }
    void operator()(Answer& what) const { clean_text(what.answer, 32); }
    template <class T>
    void operator()(T&) const {}
};

}  // namespace

void prepare(Effect& effect) {
    if (!settle_forms(effect.who)) effect.who = Party{};
    std::visit(Prepare{}, effect.what);
}

void prepare(Extras& extras) {
    clean_text(extras.kind);
    clean_text(extras.parent);
    if (extras.details.size() > most_details) extras.details.clear();
    clean_text(extras.details, most_details);
    if (extras.media) prepare_media(*extras.media);
    if (extras.poll) prepare_poll(*extras.poll);
    if (extras.quote) {
        clean_text(extras.quote->id);
        clean_text(extras.quote->text, 65536);
        if (!settle_forms(extras.quote->sender)) extras.quote->sender = Party{};
        if (extras.quote->id.empty()) extras.quote.reset();
    }
    if (extras.mentions.size() > most_mentions) extras.mentions.resize(most_mentions);
    for (std::string& address : extras.mentions) clean_text(address);
}

}  // namespace bridge::store::detail
