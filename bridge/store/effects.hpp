/// Changes that act on what is stored: on a message, a chat's settings, a group.
#pragma once

#include "bridge/store/content.hpp"

#include <string>
#include <vector>

namespace bridge::store {

/// The local copy of a file, or a new place to fetch it from. Raises `message_update` when its state changed.
struct UpdateMedia {
    Party chat;
    std::string id;
    MediaState state{MediaState::remote};
    std::string path;         ///< of the local copy, with `downloaded`; "" leaves it
    std::string direct_path;  ///< "" leaves it
};

/// The files are removed: `Store::dead_files` need not name them any more.
struct ForgetFiles {
    std::vector<std::string> paths;
};

}  // namespace bridge::store
