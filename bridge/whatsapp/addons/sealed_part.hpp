/// Which contents carry something sealed, and where in them it is.
#pragma once

#include "bridge/whatsapp/addons/addons.hpp"
#include "bridge/whatsapp/content/content.hpp"

#include <optional>

namespace bridge::whatsapp::addons {

/// Borrows from the content.
struct SealedPart {
    UseCase use{};
    const content::MessageRef* target{nullptr};
    content::Sealed* sealed{nullptr};
};
std::optional<SealedPart> sealed_part(content::Content& what) noexcept;

}  // namespace bridge::whatsapp::addons
