#include "bridge/whatsapp/content/detail/bodies.hpp"
#include "bridge/whatsapp/content/detail/fields.hpp"
#include "bridge/whatsapp/content/detail/media.hpp"

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::ButtonsMessage;
using wa::e2e::HydratedTemplateButton;
using wa::e2e::InteractiveMessage;
using wa::e2e::ListMessage;
using wa::e2e::Message;
using wa::e2e::TemplateMessage;
using Action = Choice::Action;

constexpr std::size_t max_choices = 256;

void add(Choices& out, Choice choice) {
    if (out.choices.size() < max_choices) out.choices.push_back(std::move(choice));
}

/// The medium at the head of buttons, templates and interactive messages.
template <class M>
std::optional<Media> head_of(const M& message) {
    if (message.has_image_message()) return read_media(message.image_message());
    if (message.has_video_message()) return read_media(message.video_message());
    if (message.has_document_message()) return read_media(message.document_message());
    return std::nullopt;
}

Choices read(const ButtonsMessage& message) {
    Choices out;
    out.form = ChoiceForm::buttons;
    out.title = text(message.text());
    out.text = text(message.content_text());
    out.footer = text(message.footer_text());
    out.media = head_of(message);
    for (const auto& button : message.buttons()) {
        Choice choice;
        choice.id = text(button.button_id());
        choice.label = text(button.button_text().display_text());
        if (button.type() == ButtonsMessage::Button::NATIVE_FLOW) {
            choice.action = Action::flow;
            choice.id = text(button.native_flow_info().name());
            choice.target = text(button.native_flow_info().params_json());
        }
        add(out, std::move(choice));
    }
    return out;
}

Choices read(const ListMessage& message) {
    Choices out;
    out.form = ChoiceForm::list;
    out.title = text(message.title());
    out.text = text(message.description());
    out.footer = text(message.footer_text());
    out.button = text(message.button_text());
    for (const auto& section : message.sections()) {
        for (const auto& row : section.rows()) {
            Choice choice;
            choice.id = text(row.row_id());
            choice.label = text(row.title());
            choice.description = text(row.description());
            choice.section = text(section.title());
            add(out, std::move(choice));
        }
    }
    return out;
}

Choice read(const HydratedTemplateButton& button) {
    Choice choice;
    if (button.has_url_button()) {
        choice.action = Action::url;
        choice.label = text(button.url_button().display_text());
        choice.target = text(button.url_button().url());
    } else if (button.has_call_button()) {
        choice.action = Action::call;
        choice.label = text(button.call_button().display_text());
        choice.target = text(button.call_button().phone_number());
    } else {
        choice.id = text(button.quick_reply_button().id());
        choice.label = text(button.quick_reply_button().display_text());
    }
    return choice;
}

Choices read(const TemplateMessage::HydratedFourRowTemplate& message) {
    Choices out;
    out.form = ChoiceForm::template_;
    out.title = text(message.hydrated_title_text());
    out.text = text(message.hydrated_content_text());
    out.footer = text(message.hydrated_footer_text());
    out.media = head_of(message);
    for (const auto& button : message.hydrated_buttons()) add(out, read(button));
    return out;
}

Choices read(const InteractiveMessage& message) {
    Choices out;
    out.form = ChoiceForm::interactive;
    out.title = text(message.header().title());
    if (out.title.empty()) out.title = text(message.header().subtitle());
    out.text = text(message.body().text());
    out.footer = text(message.footer().text());
    out.media = head_of(message.header());
    for (const auto& button : message.native_flow_message().buttons()) {
        Choice choice;
        choice.action = Action::flow;
        choice.id = text(button.name());
        choice.target = text(button.button_params_json());
        add(out, std::move(choice));
    }
    for (const auto& card : message.carousel_message().cards()) {
        if (out.cards.size() == max_choices) break;
        std::string words = text(card.header().title());
        if (!words.empty() && !card.body().text().empty()) words += '\n';
        out.cards.push_back(words + text(card.body().text()));
    }
    return out;
}

Choices read(const TemplateMessage& message) {
    if (message.has_hydrated_template()) return read(message.hydrated_template());
    if (message.has_hydrated_four_row_template()) return read(message.hydrated_four_row_template());
    if (message.has_interactive_message_template()) return read(message.interactive_message_template());
    Choices unknown;
    unknown.form = ChoiceForm::template_;
    return unknown;
}

Choices read(const wa::e2e::HighlyStructuredMessage& message) {
    if (message.has_hydrated_hsm()) return read(message.hydrated_hsm());
    Choices out;
    out.form = ChoiceForm::template_;
    out.title = text(message.element_name());
    for (const auto& param : message.params()) {
        if (!out.text.empty()) out.text += ' ';
        out.text += text(param);
    }
    return out;
}

}  // namespace

std::optional<Body> read_choices(const Message& message) {
    if (message.has_buttons_message()) return read(message.buttons_message());
    if (message.has_list_message()) return read(message.list_message());
    if (message.has_template_message()) return read(message.template_message());
    if (message.has_highly_structured_message()) return read(message.highly_structured_message());
    if (message.has_interactive_message()) return read(message.interactive_message());
    ChoiceReply reply;
    if (message.has_buttons_response_message()) {
        const auto& in = message.buttons_response_message();
        reply.form = ChoiceForm::buttons;
        reply.id = text(in.selected_button_id());
        reply.text = text(in.selected_display_text());
        return reply;
    }
    if (message.has_list_response_message()) {
        const auto& in = message.list_response_message();
        reply.form = ChoiceForm::list;
        reply.id = text(in.single_select_reply().selected_row_id());
        reply.text = text(in.title());
        reply.description = text(in.description());
        return reply;
    }
    if (message.has_template_button_reply_message()) {
        const auto& in = message.template_button_reply_message();
        reply.form = ChoiceForm::template_;
        reply.id = text(in.selected_id());
        reply.text = text(in.selected_display_text());
        reply.index = in.selected_index();
        return reply;
    }
    if (message.has_interactive_response_message()) {
        const auto& in = message.interactive_response_message();
        reply.form = ChoiceForm::interactive;
        reply.id = text(in.native_flow_response_message().name());
        reply.text = text(in.body().text());
        reply.params_json = text(in.native_flow_response_message().params_json());
        reply.version = in.native_flow_response_message().version();
        return reply;
    }
    return std::nullopt;
}

common::Status put(Message& message, const ChoiceReply& reply) {
    if (reply.id.empty()) return Errc::no_target;
    switch (reply.form) {
        case ChoiceForm::buttons: {
            auto& out = *message.mutable_buttons_response_message();
            out.set_selected_button_id(reply.id);
            out.set_selected_display_text(reply.text);
            out.set_type(wa::e2e::ButtonsResponseMessage::DISPLAY_TEXT);
            break;
        }
        case ChoiceForm::list: {
            using M = wa::e2e::ListResponseMessage;
            auto& out = *message.mutable_list_response_message();
            out.set_title(reply.text);
            out.set_list_type(M::SINGLE_SELECT);
            out.mutable_single_select_reply()->set_selected_row_id(reply.id);
            put(out, &M::mutable_description, reply.description);
            break;
        }
        case ChoiceForm::template_: {
            auto& out = *message.mutable_template_button_reply_message();
            out.set_selected_id(reply.id);
            out.set_selected_display_text(reply.text);
            out.set_selected_index(reply.index);
            break;
        }
        case ChoiceForm::interactive: {
            auto& out = *message.mutable_interactive_response_message();
            out.mutable_body()->set_text(reply.text);
            auto& flow = *out.mutable_native_flow_response_message();
            flow.set_name(reply.id);
            flow.set_params_json(reply.params_json);
            flow.set_version(reply.version);
            break;
        }
    }
    return {};
}

}  // namespace bridge::whatsapp::content::detail
