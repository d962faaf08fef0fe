/// The documentation served from the binary: `/docs` (Swagger UI), `/redoc` (ReDoc), `/openapi.json`. No CDN: what the
/// browser loads comes from here, and the pages' Content-Security-Policy lets it load nothing else.
#pragma once

#include "common/http/server.hpp"

#include <string_view>
#include <vector>

namespace gateway::pages {

/// A file in the binary, as it is and compressed at build time.
struct Asset {
    std::string_view path;  ///< where it is served
    std::string_view type;  ///< media type
    std::string_view plain;
    std::string_view gzip;  ///< the same as a whole gzip file
    bool is_page{false};    ///< HTML: gets the Content-Security-Policy
    bool changes_rarely{true};
};

const std::vector<Asset>& assets();

void add_to(common::http::Router& router);

}  // namespace gateway::pages
