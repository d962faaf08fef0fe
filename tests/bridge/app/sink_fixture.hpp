/// A sink on a store, and happenings as the client tells them.
#pragma once

#include "bridge/app/store_sink.hpp"
#include "bridge/whatsapp/addons/addons.hpp"
#include "bridge/whatsapp/addons/payloads.hpp"
#include "bridge/whatsapp/content/content.hpp"
#include "tests/bridge/store/fixture.hpp"

namespace bridge::app {

using whatsapp::Jid;
namespace addons = whatsapp::addons;
namespace content = whatsapp::content;
namespace events = whatsapp::events;
namespace server = whatsapp::server;
using store::at;
using store::value_of;

inline const Jid ada{"15550000001", server::user};
inline const Jid ada_lid{"100000000000001", server::lid};
inline const Jid bob_lid{"100000000000002", server::lid};
inline const Jid own{"15559999999", server::user, 3};
inline const Jid own_lid{"100000000000999", server::lid, 3};
inline const Jid group{"120363000000000001", server::group};
inline const common::Bytes secret(32, 5);

template <class Body>
content::Content with(Body body) {
    content::Content what;
    what.body = std::move(body);
    return what;
}

inline content::Content text(const std::string& words) {
    content::Text body;
    body.text = words;
    return with(std::move(body));
}

/// Serialised; polls and texts carry `secret`.
inline common::Bytes wire(const content::Content& what) {
    const auto carried = content::takes_secret(what.body) ? common::ByteView{secret} : common::ByteView{};
    auto message = content::write(what, carried);
    INFO((message ? std::string{} : message.error().message()));
    REQUIRE(message);
    return std::move(*message);
}

/// Message `id` of the chat that a change names, by whoever writes the change (`own`) or by `author`.
inline content::MessageRef key_of(const std::string& id, bool by_writer = false, const Jid& author = {}) {
    content::MessageRef made;
    made.chat = ada_lid;
    made.id = id;
    made.from_me = by_writer;
    made.participant = author;
    return made;
}

struct SinkFixture : store::Fixture {
    common::asio::io_context io;
    StoreSink sink{io.get_executor(), *store};
    std::int64_t next_time{1'700'000'000};

    SinkFixture() { sink.set_own(own, own_lid); }

    /// From Ada, in the direct chat; or in the group.
    events::IncomingMessage from(const Jid& who, const std::string& id, common::Bytes message, const Jid& chat = {}) {
        events::IncomingMessage out;
        out.chat = chat.empty() ? ada_lid : chat;
        if (out.chat == ada_lid) out.chat_alt = ada;
        out.from_me = who == own_lid;
        out.sender = who;
        if (who == ada_lid) out.sender_alt = ada;
        out.id = id;
        out.time = at(++next_time);
        out.content = std::move(message);
        return out;
    }
    events::QueuedSend queued(const std::string& id, common::Bytes message, const Jid& chat = ada_lid) {
        events::QueuedSend out;
        out.chat = chat;
        if (chat == ada_lid) out.chat_alt = ada;
        out.id = id;
        out.time = at(++next_time);
        out.content = std::move(message);
        return out;
    }
    template <class... T>
    void take(T... happenings) {
        std::vector<events::Happening> all;
        (all.emplace_back(std::move(happenings)), ...);
        const auto stored = store::run(sink.store(std::move(all)));
        INFO((stored ? std::string{} : stored.error().message()));
        CHECK(stored);
    }
    store::contract::Message message(const std::string& id) { return value_of(store->message(id, "")); }
    bool is_there(const std::string& id) { return store::run(store->message(id, "")).has_value(); }
};

/// Sealed by `modifier` for message `id` of `author`, as others seal it.
inline content::Sealed seal(
    addons::UseCase use, const std::string& id, const Jid& author, const Jid& modifier, const common::Bytes& plain
) {
    addons::Parties parties;
    parties.message_id = id;
    parties.author = author.bare();
    parties.modifier = modifier.bare();
    auto sealed = addons::seal(use, secret, parties, plain, common::Bytes(12, 9));
    REQUIRE(sealed);
    return std::move(*sealed);
}

}  // namespace bridge::app
