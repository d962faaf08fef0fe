#include "common/bytes/bytes.hpp"
#include "common/json/json.hpp"

#include <cstdlib>

/// Whatever is accepted is written as JSON that reads the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = common::json::Document::parse(common::as_text({data, size}));
    if (!document) return 0;
    const std::string text = common::json::to_text(document->root());
    const auto again = common::json::Document::parse(text);
    if (!again || common::json::to_text(again->root()) != text) std::abort();
    return 0;
}
