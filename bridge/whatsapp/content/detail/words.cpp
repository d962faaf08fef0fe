#include "bridge/whatsapp/content/detail/words.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace bridge::whatsapp::content::detail {
namespace {

/// Lines, the empty ones left out.
class Lines {
public:
    Lines& add(std::string_view line) {
        if (line.empty()) return *this;
        if (!text_.empty()) text_ += '\n';
        text_ += line;
        return *this;
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string joined(std::string_view a, std::string_view between, std::string_view b) {
    if (a.empty() || b.empty()) return std::string{a.empty() ? b : a};
    return std::string{a}.append(between).append(b);
}

std::string counted(std::uint64_t count, std::string_view one) {
    return std::to_string(count).append(" ").append(one).append(count == 1 ? "" : "s");
}

std::string degrees(double latitude, double longitude) {
    char text[64];
    std::snprintf(text, sizeof text, "%.6f, %.6f", latitude, longitude);
    return text;
}

std::string time_text(common::UnixTime time) { return time == common::UnixTime{} ? "" : common::to_rfc3339(time); }

bool is_tel(std::string_view line) {
    // "TEL", "TEL;type=CELL", "item1.TEL"
    const std::size_t colon = line.find(':');
    std::string_view property = line.substr(0, std::min(colon, line.find(';')));
    if (const std::size_t dot = property.rfind('.'); dot != std::string_view::npos) property.remove_prefix(dot + 1);
    return colon != std::string_view::npos && property.size() == 3 &&
           std::equal(property.begin(), property.end(), "TEL", [](char a, char b) {
               return std::toupper(static_cast<unsigned char>(a)) == b;
           });
}

struct Words {
    std::string operator()(const Nothing&) const { return {}; }
    std::string operator()(const Text& text) const { return text.text; }
    std::string operator()(const Media& media) const {
        return media.kind == MediaKind::sticker ? joined(media.emojis, " ", media.accessibility_label) : media.caption;
    }
    std::string operator()(const Album& album) const {
        const std::string images = album.images ? counted(album.images, "image") : "";
        const std::string videos = album.videos ? counted(album.videos, "video") : "";
        return joined(images, ", ", videos);
    }
    std::string operator()(const StickerPack& pack) const {
        return Lines{}.add(joined(pack.name, " · ", pack.publisher)).add(pack.caption).add(pack.description).take();
    }
    std::string operator()(const Location& place) const {
        const std::string where = joined(place.name, ", ", place.address);
        return Lines{}
            .add(where)
            .add(degrees(place.latitude, place.longitude))
            .add(place.url)
            .add(place.comment)
            .take();
    }
    std::string operator()(const LiveLocation& live) const {
        return Lines{}.add(live.caption).add(degrees(live.latitude, live.longitude)).take();
    }
    std::string operator()(const ContactCards& cards) const {
        Lines lines;
        for (const ContactCard& card : cards.cards) {
            std::string numbers;
            for (const std::string& number : phone_numbers(card.vcard)) numbers = joined(numbers, ", ", number);
            lines.add(joined(card.name, ": ", numbers));
        }
        return lines.take();
    }
    std::string operator()(const Poll& poll) const {
        Lines lines;
        lines.add(poll.name);
        for (const std::string& option : poll.options) lines.add("- " + option);
        return lines.take();
    }
    std::string operator()(const PollResult& result) const {
        Lines lines;
        lines.add(result.name);
        for (const auto& count : result.counts) lines.add("- " + count.option + ": " + std::to_string(count.votes));
        return lines.take();
    }
    std::string operator()(const PollOptionAdded& added) const { return added.option; }
    std::string operator()(const Event& event) const {
        Lines lines;
        lines.add(event.cancelled ? joined(event.name, " ", "(cancelled)") : event.name);
        lines.add(joined(time_text(event.starts), " - ", time_text(event.ends)));
        if (event.location) lines.add((*this)(*event.location));
        return lines.add(event.description).add(event.join_link).take();
    }
    std::string operator()(const Reaction& reaction) const { return reaction.emoji; }
    std::string operator()(const MemberLabel& label) const { return label.label; }
    std::string operator()(const Choices& choices) const {
        Lines lines;
        lines.add(choices.title).add(choices.text);
        for (const std::string& card : choices.cards) lines.add(card);
        std::string section;
        for (const Choice& choice : choices.choices) {
            if (choice.section != section) lines.add(section = choice.section);
            const std::string& label = choice.label.empty() ? choice.id : choice.label;
            const bool leads_out = choice.action == Choice::Action::url || choice.action == Choice::Action::call;
            const std::string more = joined(choice.description, " ", leads_out ? choice.target : "");
            if (!label.empty() || !more.empty()) lines.add("- " + joined(label, ": ", more));
        }
        return lines.add(choices.footer).take();
    }
    std::string operator()(const ChoiceReply& reply) const {
        const std::string& said = reply.text.empty() ? reply.id : reply.text;
        return Lines{}.add(said).add(reply.description).take();
    }
    std::string operator()(const GroupInvite& invite) const {
        return Lines{}.add(invite.name).add(invite.caption).take();
    }
    std::string operator()(const ChannelInvite& invite) const {
        return Lines{}.add(invite.name).add(invite.caption).take();
    }
    std::string operator()(const EventInvite& invite) const {
        return Lines{}.add(invite.title).add(time_text(invite.starts)).add(invite.caption).add(invite.call_link).take();
    }
    std::string operator()(const Product& product) const {
        Lines lines;
        lines.add(joined(product.title, ": ", words_of(product.sale_price ? *product.sale_price : product.price)));
        return lines.add(product.description).add(product.body).add(product.url).add(product.footer).take();
    }
    std::string operator()(const Order& order) const {
        const std::string items = order.items > 0 ? counted(static_cast<std::uint64_t>(order.items), "item") : "";
        return Lines{}.add(order.title).add(joined(items, ", ", words_of(order.total))).add(order.message).take();
    }
    std::string operator()(const Payment& payment) const {
        const auto kind = [&payment]() -> std::string_view {
            switch (payment.kind) {
                case Payment::Kind::sent: return "Payment";
                case Payment::Kind::requested: return "Payment request";
                case Payment::Kind::declined: return "Payment request declined";
                case Payment::Kind::cancelled: return "Payment request cancelled";
                case Payment::Kind::invite: return "Invitation to payments";
                case Payment::Kind::invoice: return "Invoice";
            }
            return "Payment";
        };
        return Lines{}.add(joined(kind(), ": ", words_of(payment.amount))).add(payment.note).take();
    }
    std::string operator()(const CallEvent& call) const {
        const std::string what = call.video ? "Video call" : "Call";
        switch (call.kind) {
            case CallEvent::Kind::ringing: return what;
            case CallEvent::Kind::scheduled: {
                const auto starts = std::chrono::floor<std::chrono::seconds>(call.starts);
                return Lines{}.add(joined(what, ": ", call.title)).add(time_text(starts)).take();
            }
            case CallEvent::Kind::cancelled: return "Scheduled call cancelled";
            case CallEvent::Kind::log: return joined(what, ", ", call.outcome);
        }
        return what;
    }
    std::string operator()(const Placeholder&) const { return "Open this message on the phone"; }
    // Names without words of their own; edits and comments are read by the caller.
    template <class T>
    std::string operator()(const T&) const {
        return {};
    }
};

}  // namespace

std::vector<std::string> phone_numbers(std::string_view vcard) {
    std::vector<std::string> lines;
    while (!vcard.empty() && lines.size() < 1000) {
        const std::size_t end = std::min(vcard.find('\n'), vcard.size());
        std::string_view line = vcard.substr(0, end);
        vcard.remove_prefix(std::min(end + 1, vcard.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool continues = line.starts_with(' ') || line.starts_with('\t');
        if (continues && !lines.empty()) {
            lines.back() += line.substr(1);
        } else {
            lines.emplace_back(line);
        }
    }
    std::vector<std::string> numbers;
    for (const std::string& line : lines) {
        if (numbers.size() == 8 || !is_tel(line)) continue;
        std::string number = line.substr(line.find(':') + 1);
        if (number.starts_with("tel:")) number.erase(0, 4);
        if (!number.empty()) numbers.push_back(std::move(number));
    }
    return numbers;
}

std::string words_of(const Money& money) {
    if (money.thousandths == 0 && money.currency.empty()) return {};
    const bool negative = money.thousandths < 0;
    const std::uint64_t size =
        negative ? 0 - static_cast<std::uint64_t>(money.thousandths) : static_cast<std::uint64_t>(money.thousandths);
    char text[40];
    std::snprintf(
        text,
        sizeof text,
        "%s%llu.%02llu",
        negative ? "-" : "",
        static_cast<unsigned long long>(size / 1000),
        static_cast<unsigned long long>(size % 1000 / 10)
    );
    return joined(text, " ", money.currency);
}

std::string words_of(const Body& body) { return std::visit(Words{}, body); }

}  // namespace bridge::whatsapp::content::detail
