// Store: reads of what messages hold besides their text.
#include "bridge/store/detail/queries.hpp"
#include "bridge/store/detail/state.hpp"

namespace bridge::store {

namespace asio = common::asio;
using common::sqlite::Database;

asio::awaitable<Result<MediaInfo>> Store::media(std::string message_id, std::string chat_jid) {
    auto work = [id = std::move(message_id), chat_jid = std::move(chat_jid)](Database& database) {
        return detail::load_media(database, id, chat_jid);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<contract::Message>>> Store::media_of(
    std::string chat_jid, int limit, std::string cursor
) {
    auto work = [chat_jid = std::move(chat_jid), limit, cursor = std::move(cursor)](Database& database) {
        return detail::list_media(database, chat_jid, limit, cursor);
    };
    co_return co_await state_->readers->run(std::move(work));
}

asio::awaitable<Result<std::vector<std::string>>> Store::dead_files(std::size_t limit) {
    auto work = [limit](Database& database) { return detail::list_dead_files(database, limit); };
    co_return co_await state_->readers->run(std::move(work));
}

}  // namespace bridge::store
