#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/content/detail/message.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"

#include <array>

namespace bridge::whatsapp::content::detail {
namespace {

using wa::e2e::FutureProofMessage;
using wa::e2e::Message;

struct Wrapper {
    bool (Message::*has)() const;
    FutureProofMessage* (Message::*inside)();
    enum class Mark { none, view_once, group_status } mark{Mark::none};
};

// In the order of protocol part 2, section 6.4, then the rest of section 7.1.
constexpr std::array wrappers{
    Wrapper{&Message::has_bot_invoke_message, &Message::mutable_bot_invoke_message},
    Wrapper{&Message::has_ephemeral_message, &Message::mutable_ephemeral_message},
    Wrapper{&Message::has_view_once_message, &Message::mutable_view_once_message, Wrapper::Mark::view_once},
    Wrapper{&Message::has_view_once_message_v2, &Message::mutable_view_once_message_v2, Wrapper::Mark::view_once},
    Wrapper{
        &Message::has_view_once_message_v2_extension,
        &Message::mutable_view_once_message_v2_extension,
        Wrapper::Mark::view_once,
    },
    Wrapper{&Message::has_lottie_sticker_message, &Message::mutable_lottie_sticker_message},
    Wrapper{&Message::has_document_with_caption_message, &Message::mutable_document_with_caption_message},
    Wrapper{&Message::has_edited_message, &Message::mutable_edited_message},
    Wrapper{&Message::has_group_mentioned_message, &Message::mutable_group_mentioned_message},
    Wrapper{&Message::has_event_cover_image, &Message::mutable_event_cover_image},
    Wrapper{&Message::has_status_mention_message, &Message::mutable_status_mention_message},
    Wrapper{&Message::has_poll_creation_option_image_message, &Message::mutable_poll_creation_option_image_message},
    Wrapper{&Message::has_associated_child_message, &Message::mutable_associated_child_message},
    Wrapper{&Message::has_group_status_mention_message, &Message::mutable_group_status_mention_message},
    Wrapper{&Message::has_poll_creation_message_v4, &Message::mutable_poll_creation_message_v4},
    Wrapper{&Message::has_status_add_yours, &Message::mutable_status_add_yours},
    Wrapper{&Message::has_group_status_message, &Message::mutable_group_status_message, Wrapper::Mark::group_status},
    Wrapper{&Message::has_limit_sharing_message, &Message::mutable_limit_sharing_message},
    Wrapper{&Message::has_bot_task_message, &Message::mutable_bot_task_message},
    Wrapper{&Message::has_question_message, &Message::mutable_question_message},
    Wrapper{
        &Message::has_group_status_message_v2,
        &Message::mutable_group_status_message_v2,
        Wrapper::Mark::group_status,
    },
    Wrapper{&Message::has_bot_forwarded_message, &Message::mutable_bot_forwarded_message},
    Wrapper{&Message::has_question_reply_message, &Message::mutable_question_reply_message},
    Wrapper{&Message::has_newsletter_admin_profile_message, &Message::mutable_newsletter_admin_profile_message},
    Wrapper{&Message::has_spoiler_message, &Message::mutable_spoiler_message},
    Wrapper{
        &Message::has_newsletter_admin_profile_status_message,
        &Message::mutable_newsletter_admin_profile_status_message,
    },
    Wrapper{
        &Message::has_bot_platform_registration_success_message,
        &Message::mutable_bot_platform_registration_success_message,
    },
};

const Wrapper* wrapper_of(const Message& message) {
    for (const Wrapper& wrapper : wrappers) {
        if ((message.*wrapper.has)()) return &wrapper;
    }
    return nullptr;
}

void mark_view_once(Message& message) {
    if (message.has_image_message()) message.mutable_image_message()->set_view_once(true);
    if (message.has_video_message()) message.mutable_video_message()->set_view_once(true);
    if (message.has_ptv_message()) message.mutable_ptv_message()->set_view_once(true);
    if (message.has_audio_message()) message.mutable_audio_message()->set_view_once(true);
    if (message.has_extended_text_message()) message.mutable_extended_text_message()->set_view_once(true);
}

}  // namespace

common::Result<Wrapping> strip_wrappers(Message& message) {
    Wrapping seen;
    for (int depth = 0;; ++depth) {
        const Wrapper* wrapper = wrapper_of(message);
        if (!wrapper) break;
        FutureProofMessage& around = *(message.*wrapper->inside)();
        if (!around.has_message()) break;
        if (depth == max_wrappers) return Errc::too_deep;
        Message inside = std::move(*around.mutable_message());
        if (!inside.has_message_context_info() && message.has_message_context_info())
            inside.mutable_message_context_info()->Swap(message.mutable_message_context_info());
        if (wrapper->mark == Wrapper::Mark::view_once) seen.view_once = true;
        if (wrapper->mark == Wrapper::Mark::group_status) seen.group_status = true;
        message = std::move(inside);
    }
    if (seen.view_once) mark_view_once(message);
    return seen;
}

}  // namespace bridge::whatsapp::content::detail
