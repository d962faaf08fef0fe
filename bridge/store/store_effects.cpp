// Store: reads of what was done to messages.
#include "bridge/store/detail/parts.hpp"
#include "bridge/store/detail/queries.hpp"
#include "bridge/store/detail/state.hpp"

namespace bridge::store {

namespace asio = common::asio;
using common::sqlite::Database;

asio::awaitable<Result<std::vector<contract::Reaction>>> Store::reactions(
    std::string message_id, std::string chat_jid
) {
    auto work = [id = std::move(message_id),
                 chat_jid = std::move(chat_jid)](Database& database) -> Result<std::vector<contract::Reaction>> {
        const auto pk = detail::load_pk(database, id, chat_jid);
        if (!pk) return pk.error();
        return detail::read_reactions(database, *pk);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Version>>> Store::versions(std::string message_id, std::string chat_jid) {
    auto work = [id = std::move(message_id),
                 chat_jid = std::move(chat_jid)](Database& database) -> Result<std::vector<contract::Version>> {
        const auto pk = detail::load_pk(database, id, chat_jid);
        if (!pk) return pk.error();
        return detail::list_versions(database, *pk);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<contract::Poll>> Store::poll(std::string message_id, std::string chat_jid) {
    auto work = [id = std::move(message_id),
                 chat_jid = std::move(chat_jid)](Database& database) -> Result<contract::Poll> {
        const auto pk = detail::load_pk(database, id, chat_jid);
        if (!pk) return pk.error();
        return detail::load_poll(database, *pk);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::EventAnswer>>> Store::answers(
    std::string message_id, std::string chat_jid
) {
    auto work = [id = std::move(message_id),
                 chat_jid = std::move(chat_jid)](Database& database) -> Result<std::vector<contract::EventAnswer>> {
        const auto pk = detail::load_pk(database, id, chat_jid);
        if (!pk) return pk.error();
        return detail::read_answers(database, *pk);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<StoredMessage>> Store::stored(std::string message_id, std::string chat_jid) {
    auto work = [id = std::move(message_id), chat_jid = std::move(chat_jid)](Database& database) {
        return detail::load_stored(database, id, chat_jid);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Message>>> Store::starred(
    std::string chat_jid, int limit, std::string cursor
) {
    auto work = [chat_jid = std::move(chat_jid), limit, cursor = std::move(cursor)](Database& database) {
        return detail::list_starred(database, chat_jid, limit, cursor);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Message>>> Store::pinned(std::string chat_jid) {
    auto work = [chat_jid = std::move(chat_jid), now = state_->clock.now()](Database& database) {
        return detail::list_pinned(database, chat_jid, now);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Message>>> Store::statuses(int limit, std::string cursor) {
    auto work = [limit, cursor = std::move(cursor)](Database& database) {
        auto posts = detail::list_messages(database, status_chat, limit, 0, cursor);
        if (!posts && posts.error() == Errc::chat_not_found) posts = std::vector<contract::Message>{};
        return posts;
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<Effect>>> Store::sealed(Party chat, std::string message_id) {
    auto work = [chat = std::move(chat), id = std::move(message_id)](Database& database) {
        return detail::list_sealed(database, chat, id);
    };
    co_return co_await state_->readers->run(std::move(work));
}

std::size_t Store::sealed_count() const noexcept { return state_->writer->sealed(); }

}  // namespace bridge::store
