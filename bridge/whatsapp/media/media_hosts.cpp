#include "bridge/whatsapp/media/media_hosts.hpp"

namespace bridge::whatsapp::media {
namespace {

/// Longer than any question takes: an `Iq` has a deadline of its own.
constexpr std::chrono::minutes longest_question{5};

/// Whoever asks says so, and that it is over, however it ends.
class Asking {
public:
    Asking(bool& flag, common::Event& over) noexcept : flag_{flag}, over_{over} { flag_ = true; }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
        flag_ = false;
        over_.notify();
    }

private:
    bool& flag_;
    common::Event& over_;
};

}  // namespace

MediaHosts::MediaHosts(asio::any_io_executor io, const common::Clock& clock, Ask ask)
    : clock_{clock}, ask_{std::move(ask)}, answered_{std::move(io)} {}

bool MediaHosts::is_fresh() const {
    if (!known_) return false;
    const auto age = clock_.now() - fetched_;
    return age >= std::chrono::seconds{0} && age < known_->lifetime();
}

asio::awaitable<Result<std::shared_ptr<const MediaConn>>> MediaHosts::get() {
    while (!is_fresh()) {
        if (asking_) {
            const auto waited = co_await answered_.wait(longest_question);
            if (!waited) co_return waited.error().within("wait for media hosts");
            continue;
        }
        const Asking asking{asking_, answered_};
        auto answer = co_await ask_();
        if (!answer) co_return answer.error().within("ask for media hosts");
        known_ = std::make_shared<const MediaConn>(std::move(*answer));
        fetched_ = clock_.now();
        break;
    }
    co_return known_;
}

void MediaHosts::refuse(const std::shared_ptr<const MediaConn>& conn) noexcept {
    if (known_ == conn) known_.reset();
}

}  // namespace bridge::whatsapp::media
