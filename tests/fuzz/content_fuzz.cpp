// Opened plaintexts and stored messages: what strangers write, once Signal has opened it.
#include "bridge/whatsapp/addons/tokens.hpp"
#include "bridge/whatsapp/content/content.hpp"
#include "bridge/whatsapp/content/describe.hpp"
#include "bridge/whatsapp/content/labels.hpp"
#include "bridge/whatsapp/content/unwrap.hpp"
#include "common/bytes/utf8.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace bridge::whatsapp;
    const common::ByteView message{data, size};
    const auto ignore = [](const auto&) {};
    if (const auto inside = content::unwrap(message)) ignore(content::describe(inside->content));
    const auto what = content::describe(message);
    if (!common::is_utf8(what.text)) std::abort();
    ignore(content::labels_of(message, content::ChatKind::group));
    ignore(content::message_secret_of(message));
    ignore(content::quote_of(message, "ID", Jid{"1", server::lid}));
    ignore(content::make_device_sent(Jid{"1", server::lid}, message));
    ignore(addons::reported_content(message));
    const common::Bytes secret(32, 1);
    ignore(content::forward(message, {secret, false, {}, {}}));
    // What was read and can be written reads as the same again.
    if (const auto content = content::read(message)) {
        if (const auto written = content::write(*content, secret)) {
            const auto again = content::read(*written);
            if (!again || content::kind_of(again->body) != content::kind_of(content->body)) std::abort();
        }
    }
    return 0;
}
