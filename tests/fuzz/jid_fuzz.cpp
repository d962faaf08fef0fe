#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"

#include <cstdlib>

using bridge::whatsapp::Jid;

/// A JID's text names the same JID.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = common::as_text({data, size});
    if (const auto jid = Jid::parse(text)) {
        const auto again = Jid::parse(jid->to_string());
        if (!again || again->to_string() != jid->to_string()) std::abort();
    }
    if (const auto recipient = Jid::parse_recipient(text); recipient && recipient->empty()) std::abort();
    return 0;
}
