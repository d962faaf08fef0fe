/// Cuts the client's byte stream into frames (protocol part 1, section 1.1). Pure.
#pragma once

#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <optional>

namespace simulator {

class FrameReader {
public:
    void feed(common::ByteView bytes) { common::append(buffer_, bytes); }
    /// The next whole frame; nothing while bytes are missing. The intro comes first, with an optional edge-routing
    /// prefix.
    common::Result<std::optional<common::Bytes>> next();

private:
    common::Result<bool> skip_intro();
    common::Bytes buffer_;
    std::size_t used_{0};
    bool introduced_{false};
};

/// A payload behind its three-byte length.
common::Bytes framed(common::ByteView payload);

}  // namespace simulator
