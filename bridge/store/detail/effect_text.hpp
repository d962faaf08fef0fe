/// Effects as text, for those that wait for their target.
#pragma once

#include "bridge/store/effects.hpp"
#include "common/result/result.hpp"

#include <string>

namespace bridge::store::detail {

/// JSON of everything but the protobuf, which `content_of` names.
std::string to_text(const Effect& effect);
/// Empty for effects without one.
common::ByteView content_of(const Effect& effect) noexcept;
/// The reverse; the database may be damaged, so it may fail.
common::Result<Effect> effect_from(std::string_view text, common::ByteView content);

}  // namespace bridge::store::detail
