/// The media hosts in use: asked for when somebody needs them, kept until they expire or are refused.
#pragma once

#include "bridge/whatsapp/media/media_conn.hpp"
#include "common/async/async.hpp"
#include "common/clock/clock.hpp"

#include <functional>
#include <memory>

namespace bridge::whatsapp::media {

namespace asio = common::asio;

/// Lives on the io executor.
class MediaHosts {
public:
    /// Asks the server; `stanza::Iq::ask(MediaConnQuery{})` of the connection of the moment.
    using Ask = std::function<asio::awaitable<Result<MediaConn>>()>;
    MediaHosts(asio::any_io_executor io, const common::Clock& clock, Ask ask);

    /// The hosts; several callers share one question.
    asio::awaitable<Result<std::shared_ptr<const MediaConn>>> get();
    /// A host refused this token: the next `get` asks again, unless somebody has already.
    void refuse(const std::shared_ptr<const MediaConn>& conn) noexcept;
    /// After a new login: nothing that was known holds.
    void forget() noexcept { known_.reset(); }

private:
    bool is_fresh() const;

    const common::Clock& clock_;
    Ask ask_;
    std::shared_ptr<const MediaConn> known_;
    common::UnixTime fetched_{};
    bool asking_{false};
    common::Event answered_;
};

}  // namespace bridge::whatsapp::media
