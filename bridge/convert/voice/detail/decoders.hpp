/// The two formats that are decoded in process.
#pragma once

#include "bridge/convert/voice/voice.hpp"

namespace bridge::convert::voice::detail {

Status decode_wav(formats::Source& file, const TakeSamples& take);
Status decode_opus(formats::Source& file, const TakeSamples& take);

}  // namespace bridge::convert::voice::detail
