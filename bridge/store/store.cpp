#include "bridge/store/store.hpp"

#include "bridge/store/detail/input.hpp"
#include "bridge/store/detail/queries.hpp"
#include "bridge/store/detail/schema.hpp"
#include "bridge/store/detail/search.hpp"
#include "bridge/store/detail/state.hpp"
#include "bridge/store/detail/unread.hpp"

#include <utility>

namespace bridge::store {

namespace asio = common::asio;
using common::sqlite::Database;

common::ErrcInfo describe(Errc code) noexcept {
    using common::Kind;
    switch (code) {
        case Errc::message_not_found: return {Kind::not_found, "message not found"};
        case Errc::chat_not_found: return {Kind::not_found, "chat not found"};
        case Errc::media_not_found: return {Kind::not_found, "message has no file"};
        case Errc::poll_not_found: return {Kind::not_found, "message is no poll"};
        case Errc::bad_cursor: return {Kind::invalid, "cursor is not one of ours"};
        case Errc::cursor_too_old: return {Kind::invalid, "events after this cursor are no longer kept"};
        case Errc::bad_query: return {Kind::invalid, "limit or page is negative, or the query is too long"};
        case Errc::bad_change: return {Kind::invalid, "change names nobody or nothing, or a name is too long"};
        case Errc::overloaded: return {Kind::unavailable, "message store has too much to do"};
        case Errc::closed: return {Kind::unavailable, "message store is closed"};
    }
    return {Kind::internal, "unknown store error"};
}

Store::Store(std::unique_ptr<State> state) : state_{std::move(state)} {}

Store::~Store() { close(); }

Result<std::unique_ptr<Store>> Store::open(Options options, const common::Clock& clock) {
    common::sqlite::Options how;
    // What is acknowledged to WhatsApp and leaves the inbox of whatsapp.db afterwards must be on the disk here.
    how.full_sync = true;
    // The writer checkpoints when it is idle; this is the bound for when it never is.
    how.autocheckpoint = 16000;
    auto database = Database::open(options.path, how);
    if (!database) return database.error().within("open message store");
    if (auto done = detail::migrate_schema(*database); !done) return done.error().within("open message store");
    auto state = std::make_unique<State>(clock);
    state->writer = std::make_unique<detail::Writer>(std::move(*database), options, clock);
    if (auto done = state->writer->start(); !done) return done.error().within("open message store");
    auto readers = detail::Readers::open(options.path, options.readers);
    if (!readers) return readers.error().within("open message store");
    state->readers = std::move(*readers);
    state->contacts = std::make_unique<detail::ContactBook>(state->writer->people_changes());
    return std::unique_ptr<Store>{new Store{std::move(state)}};
}

asio::awaitable<Result<std::size_t>> Store::apply(std::vector<Change> changes) {
    for (Change& change : changes) {
        if (auto fit = detail::prepare(change); !fit) co_return fit.error().within("apply changes");
    }
    auto batch = std::make_shared<detail::Batch>();
    batch->changes = std::move(changes);
    auto outcome = std::make_shared<std::optional<Result<std::size_t>>>();
    auto start = [this, batch, outcome](std::function<void()> resume) {
        batch->done = [outcome, resume](Result<std::size_t> result) {
            outcome->emplace(std::move(result));
            resume();
        };
        if (auto accepted = state_->writer->submit(std::move(*batch)); !accepted) {
            outcome->emplace(accepted.error());
            resume();
        }
    };
    // The commit happens whether or not somebody still waits, so a cancelled caller learns its outcome first.
    auto ignore = [](asio::cancellation_type) {};
    co_await common::detail::suspend(std::move(start), std::move(ignore));
    co_return std::move(**outcome);
}

asio::awaitable<Result<std::vector<contract::Chat>>> Store::chats(ChatQuery query) {
    auto work = [query = std::move(query)](Database& database) { return detail::list_chats(database, query); };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<contract::Chat>> Store::chat(std::string jid) {
    auto work = [jid = std::move(jid)](Database& database) { return detail::load_chat(database, jid); };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<contract::Chat>> Store::chat_by_phone(std::string digits) {
    auto work = [jid = detail::address_of(digits)](Database& database) { return detail::load_chat(database, jid); };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Message>>> Store::messages(
    std::string chat_jid, int limit, int page, std::string cursor
) {
    auto work = [chat_jid = std::move(chat_jid), limit, page, cursor = std::move(cursor)](Database& database) {
        return detail::list_messages(database, chat_jid, limit, page, cursor);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Message>>> Store::search(SearchFilter filter) {
    auto work = [filter = std::move(filter)](Database& database) { return detail::search_messages(database, filter); };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<contract::MessageContext>> Store::context(
    std::string message_id, std::string chat_jid, int before, int after
) {
    auto work = [id = std::move(message_id), chat_jid = std::move(chat_jid), before, after](Database& database) {
        return detail::load_context(database, id, chat_jid, before, after);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<contract::Message>> Store::message(std::string message_id, std::string chat_jid) {
    auto work = [id = std::move(message_id), chat_jid = std::move(chat_jid)](Database& database) {
        return detail::load_message(database, id, chat_jid);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<contract::Delivery>> Store::delivery(std::string message_id, std::string chat_jid) {
    auto work = [id = std::move(message_id), chat_jid = std::move(chat_jid)](Database& database) {
        return detail::load_delivery(database, id, chat_jid);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<ToRead>> Store::to_read(std::string chat_jid, std::vector<std::string> ids) {
    auto work = [chat_jid = std::move(chat_jid), ids = std::move(ids)](Database& database) {
        return detail::load_to_read(database, chat_jid, ids);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Contact>>> Store::contacts(std::string query, int limit) {
    auto work = [book = state_->contacts.get(), query = std::move(query), limit](Database& database) {
        return book->find(database, query, limit);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Chat>>> Store::contact_chats(std::string phone_or_jid) {
    auto work = [whom = std::move(phone_or_jid)](Database& database) {
        return detail::list_contact_chats(database, whom);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Event>>> Store::events_after(std::int64_t seq, std::size_t limit) {
    if (seq < oldest_cursor()) co_return common::Error{Errc::cursor_too_old, std::to_string(oldest_cursor())};
    // A reader may see a commit before its number is published; such events are not given out yet.
    auto work = [seq, newest = newest_seq(), limit](Database& database) {
        return detail::list_events(database, seq, newest, limit);
    };
    co_return co_await state_->readers->run(std::move(work));
}

std::int64_t Store::newest_seq() const noexcept { return state_->writer->newest_seq(); }
std::int64_t Store::oldest_cursor() const noexcept { return state_->writer->oldest_cursor(); }
void Store::on_commit(std::function<void(std::int64_t)> callback) { state_->writer->on_commit(std::move(callback)); }
bool Store::writable() const noexcept { return state_->writer->writable(); }

void Store::close() {
    state_->writer->stop();
    state_->readers->stop();
}

}  // namespace bridge::store
