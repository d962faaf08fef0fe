#include "bridge/whatsapp/addons/sealed_part.hpp"

namespace bridge::whatsapp::addons {

std::optional<SealedPart> sealed_part(content::Content& what) noexcept {
    if (auto* vote = std::get_if<content::PollVote>(&what.body))
        return SealedPart{UseCase::poll_vote, &vote->poll, &vote->vote};
    if (auto* answer = std::get_if<content::EventResponse>(&what.body))
        return SealedPart{UseCase::event_response, &answer->event, &answer->response};
    if (auto* reaction = std::get_if<content::EncryptedReaction>(&what.body))
        return SealedPart{UseCase::reaction, &reaction->target, &reaction->reaction};
    if (auto* comment = std::get_if<content::EncryptedComment>(&what.body))
        return SealedPart{UseCase::comment, &comment->target, &comment->comment};
    if (auto* edit = std::get_if<content::EncryptedEdit>(&what.body)) {
        if (const auto use = use_case_of(edit->kind)) return SealedPart{*use, &edit->target, &edit->edit};
    }
    return std::nullopt;
}

}  // namespace bridge::whatsapp::addons
