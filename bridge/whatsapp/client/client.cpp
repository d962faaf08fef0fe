#include "bridge/whatsapp/client/client.hpp"

#include "bridge/whatsapp/client/composing.hpp"
#include "bridge/whatsapp/client/housekeeping.hpp"
#include "bridge/whatsapp/client/link.hpp"
#include "bridge/whatsapp/client/media.hpp"
#include "bridge/whatsapp/client/version.hpp"
#include "bridge/whatsapp/messages/contact_token.hpp"
#include "bridge/whatsapp/messages/message_id.hpp"
#include "bridge/whatsapp/presence/presence.hpp"
#include "bridge/whatsapp/receipts/receipts.hpp"
#include "common/log/log.hpp"

namespace bridge::whatsapp::client {

struct Client::State {
    State(
        asio::any_io_executor io,
        asio::any_io_executor storage_executor,
        asio::any_io_executor worker,
        storage::Storage& storage,
        const common::Clock& clock,
        Sink& sink,
        Options options
    )
        : core{io, storage_executor, storage, clock, sink, std::move(options)},
          directory{core},
          groups{core, directory},
          media{core, std::move(worker)},
          sending{core, directory, groups, media},
          upkeep{core},
          housekeeping{core},
          processing{core, directory, groups, media, sending, upkeep},
          linking{core},
          link{core, linking, groups, processing, sending, upkeep},
          tasks{io},
          finished{io} {}

    Core core;
    Directory directory;
    Groups groups;
    Media media;
    Sending sending;
    PreKeyUpkeep upkeep;
    Housekeeping housekeeping;
    Processing processing;
    Linking linking;
    Link link;
    common::TaskGroup tasks;
    common::Event finished;
    bool running{false};
};

Client::Client(
    asio::any_io_executor io,
    asio::any_io_executor storage_executor,
    asio::any_io_executor worker,
    storage::Storage& storage,
    const common::Clock& clock,
    Sink& sink,
    Options options
)
    : state_{std::make_unique<State>(io, storage_executor, worker, storage, clock, sink, std::move(options))} {
    const Options& chosen = state_->core.options;
    state_->core.status.version = chosen.version ? *chosen.version : load_version(chosen.version_file);
}

Client::~Client() = default;

asio::awaitable<void> Client::run() {
    State& state = *state_;
    state.running = true;
    const auto restored = co_await state.sending.restore();
    if (!restored) common::log::error("the outbox could not be read", {{"why", restored.error().message()}});
    state.tasks.spawn(state.sending.run());
    state.tasks.spawn(state.sending.run_acks());
    state.tasks.spawn(state.housekeeping.run());
    state.tasks.spawn(state.sending.run_token_issues());
    co_await state.link.run();
    state.tasks.cancel();
    co_await state.tasks.join();
    state.running = false;
    state.finished.notify();
}

asio::awaitable<void> Client::stop() {
    State& state = *state_;
    state.core.stopping = true;
    state.link.wake();
    while (state.running) {
        const auto waited = co_await state.finished.wait(std::chrono::seconds{30});
        if (!waited) co_return;
    }
}

const LinkStatus& Client::status() const noexcept { return state_->core.status; }

Counters Client::counters() const noexcept {
    Counters counters = state_->core.counters;
    return counters;
}

asio::awaitable<Result<Client::PairCode>> Client::request_pair_code(std::string phone) {
    if (state_->core.account.linked()) co_return Errc::already_linked;
    co_return co_await state_->linking.request_code(std::move(phone));
}

asio::awaitable<Status> Client::give_passkey_assertion(std::string json) {
    co_return co_await state_->linking.give_assertion(std::move(json));
}

asio::awaitable<Status> Client::confirm_passkey() { co_return co_await state_->linking.confirm(); }

asio::awaitable<Status> Client::reconnect() {
    state_->link.wake();
    co_return Status{};
}

asio::awaitable<Status> Client::logout() {
    Core& core = state_->core;
    if (!core.account.linked()) co_return Errc::not_linked;
    if (!core.iq || !core.online()) co_return Errc::not_ready;
    Node question = pairing::logout_request(core.account.jid);
    const auto answered = co_await core.iq->ask_node(std::move(question));
    // The server may cut the stream before it answers: the device is gone either way.
    if (!answered && !(answered.error() == stanza::Errc::disconnected)) co_return answered.error().within("log out");
    state_->link.end(Ended::logged_out, "logged out by request");
    co_return Status{};
}

asio::awaitable<Result<Client::Accepted>> Client::send(Jid chat, content::Content what, SendOptions how) {
    const std::string attachment = how.attachment;
    auto accepted = co_await submit(std::move(chat), std::move(what), std::move(how));
    if (!accepted || accepted->repeated) state_->media.discard(attachment);
    co_return accepted;
}

asio::awaitable<Result<Client::Accepted>> Client::submit(Jid chat, content::Content what, SendOptions how) {
    Core& core = state_->core;
    if (core.stopping) co_return Errc::stopped;
    if (!core.account.linked()) co_return Errc::not_linked;
    chat = chat.normalised().bare();
    const bool direct = chat.is_user() && !chat.is_hosted();
    if (!direct && !chat.is_group()) co_return Errc::unsupported_recipient;
    if (!how.id.empty() && !messages::is_acceptable_message_id(how.id))
        co_return common::Error{common::Errc::invalid_argument, "message id"};
    const auto taken = content::can_send(content::kind_of(what.body), content::chat_kind_of(chat));
    if (!taken) co_return common::Error{Errc::not_allowed_here, std::string{taken.reason}};
    // Asked before the send is accepted, so that a wrong number is an answer and not a late failure; offline it is one.
    if (core.online() && direct) {
        const auto registered = co_await state_->directory.check_registered(chat);
        if (!registered && registered.error() == Errc::not_on_whatsapp) co_return registered.error();
    }
    auto composed = co_await compose(core, chat, std::move(what));
    if (!composed) co_return composed.error();
    SendRequest request;
    request.chat = std::move(chat);
    request.content = std::move(composed->content);
    request.addon = std::move(composed->addon);
    request.attachment = std::move(how.attachment);
    request.id = std::move(how.id);
    request.idempotency_key = std::move(how.idempotency_key);
    request.not_before = how.not_before;
    co_return co_await state_->sending.accept(std::move(request));
}

asio::awaitable<Status> Client::cancel(std::string id) { co_return co_await state_->sending.cancel(std::move(id)); }

asio::awaitable<Result<std::vector<storage::OutboxEntry>>> Client::waiting(std::size_t limit) {
    auto look = [this, limit] { return state_->core.storage.outbox().pending(limit); };
    co_return co_await common::run_on(state_->core.storage_executor, std::move(look));
}

asio::awaitable<Result<Client::Attachment>> Client::attach(
    std::shared_ptr<const common::files::File> file, content::Media what
) {
    co_return co_await state_->media.seal(std::move(file), std::move(what));
}

void Client::discard(const Attachment& attachment) { state_->media.discard(attachment.name); }

asio::awaitable<Result<media::Downloaded>> Client::download(
    content::Media what, media::RetryTarget target, std::string folder
) {
    co_return co_await state_->media.download(std::move(what), std::move(target), std::move(folder));
}

asio::awaitable<Result<events::GroupInfo>> Client::group(Jid group) {
    co_return co_await state_->groups.info(std::move(group));
}

asio::awaitable<Status> Client::set_available(bool available) {
    Core& core = state_->core;
    if (!core.account.linked()) co_return Errc::not_linked;
    core.available = available;
    if (!core.online()) co_return Errc::not_ready;
    co_return core.send(presence::own_presence(available, core.account.push_name));
}

asio::awaitable<Status> Client::subscribe_presence(Jid who) {
    Core& core = state_->core;
    if (!who.is_user()) co_return Errc::bad_recipient;
    if (!core.online()) co_return Errc::not_ready;
    auto look = [&core, who]() -> Result<std::pair<Jid, common::Bytes>> {
        auto address = session_address(core.storage, who.normalised().bare());
        if (!address) return address.error();
        const auto token = core.storage.privacy_tokens().load(*address);
        if (!token) return token.error();
        const bool valid = *token && messages::is_valid_token(**token, core.clock.now());
        return std::pair{*address, valid ? (*token)->token : common::Bytes{}};
    };
    const auto found = co_await common::run_on(core.storage_executor, std::move(look));
    if (!found) co_return found.error();
    co_return core.send(presence::subscription(found->first, found->second));
}

asio::awaitable<Status> Client::send_typing(Jid chat, events::Typing typing) {
    Core& core = state_->core;
    if (!chat.is_user() && !chat.is_group()) co_return Errc::bad_recipient;
    if (!core.online()) co_return Errc::not_ready;
    auto look = [&core, chat] { return session_address(core.storage, chat.normalised().bare()); };
    const auto address = co_await common::run_on(core.storage_executor, std::move(look));
    if (!address) co_return address.error();
    co_return core.send(presence::chat_state(*address, typing));
}

asio::awaitable<Result<storage::OutboxState>> Client::wait_sent(std::string id, std::chrono::milliseconds limit) {
    co_return co_await state_->sending.wait_sent(std::move(id), limit);
}

namespace {

/// How a person is called in a chat: by number in groups that are addressed so, else by LID where that is known.
Result<Jid> address_in(storage::Storage& storage, const Jid& chat, const Jid& person) {
    const auto group = storage.groups().load(chat);
    if (!group) return group.error();
    const bool by_number = *group && !(*group)->lid_addressed;
    if (!by_number) return session_address(storage, person);
    if (!person.is_lid()) return person;
    const auto pn = storage.mappings().pn_of(person);
    if (!pn) return pn.error();
    return *pn ? **pn : person;
}

}  // namespace

asio::awaitable<Status> Client::mark_read(Jid chat, Jid participant, std::vector<std::string> ids) {
    Core& core = state_->core;
    if (ids.empty()) co_return Status{};
    if (!core.online()) co_return Errc::not_ready;
    // In the form the conversation uses on the wire: the LID where it is known.
    auto look = [&core, chat, participant]() -> Result<std::pair<Jid, Jid>> {
        auto to = session_address(core.storage, chat.bare());
        if (!to) return to.error();
        auto writer = address_in(core.storage, chat.bare(), participant.bare());
        if (!writer) return writer.error();
        return std::pair{std::move(*to), std::move(*writer)};
    };
    const auto addresses = co_await common::run_on(core.storage_executor, std::move(look));
    if (!addresses) co_return addresses.error();
    co_return core.send(receipts::read_receipt(addresses->first, addresses->second, ids, core.clock.now()));
}

}  // namespace bridge::whatsapp::client
