#include "bridge/whatsapp/client/sending.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace bridge::whatsapp::client {

using storage::OutboxEntry;

namespace {

constexpr std::size_t most_uploads = 4;
constexpr auto pause_unit = std::chrono::seconds{10};
constexpr auto longest_pause = std::chrono::minutes{10};

/// No other attempt would do better.
bool is_lasting(const common::Error& error) {
    switch (error.kind()) {
        case common::Kind::invalid:
        case common::Kind::unauthorized:
        case common::Kind::not_found: return true;
        default: return false;
    }
}

}  // namespace

void Sending::start_upload(const OutboxEntry& entry) {
    Upload& upload = uploads_[entry.id];
    if (upload.running || Clock::now() < upload.next) return;
    const auto is_running = [](const auto& one) { return one.second.running; };
    if (std::count_if(uploads_.begin(), uploads_.end(), is_running) >= std::ptrdiff_t{most_uploads}) return;
    upload.running = true;
    OutboxEntry copy = entry;
    uploading_.spawn(this->upload(std::move(copy)));
}

asio::awaitable<void> Sending::upload(OutboxEntry entry) {
    auto content = co_await media_.upload(entry.attachment, entry.content);
    Status done = content ? Status{} : Status{content.error()};
    if (content) done = co_await finish_upload(entry, std::move(*content));
    if (done) {
        uploads_.erase(entry.id);
    } else if (done.error().kind() == common::Kind::cancelled) {
        uploads_[entry.id].running = false;
        co_return;
    } else {
        co_await upload_failed(std::move(entry), done.error());
    }
    pending_ = true;
    work_.notify();
}

asio::awaitable<Status> Sending::finish_upload(const OutboxEntry& entry, common::Bytes content) {
    // The row first: what comes after a crash between the two is one more upload.
    events::SendUploaded uploaded;
    uploaded.chat = entry.chat;
    uploaded.id = entry.id;
    uploaded.content = content;
    std::vector<events::Happening> happenings;
    happenings.emplace_back(std::move(uploaded));
    auto stored = co_await core_.sink.store(std::move(happenings));
    if (!stored) co_return stored;
    auto keep = [this, id = entry.id, &content]() -> Status {
        return core_.storage.outbox().set_uploaded(id, content);
    };
    auto kept = co_await core_.transact(std::move(keep));
    if (kept) media_.discard(entry.attachment);
    co_return kept;
}

asio::awaitable<void> Sending::upload_failed(OutboxEntry entry, common::Error error) {
    Upload& upload = uploads_[entry.id];
    upload.running = false;
    ++upload.failures;
    upload.next = Clock::now() + std::min<Clock::duration>(pause_unit * upload.failures, longest_pause);
    common::log::warn(
        "a file could not be uploaded", {{"id", entry.id}, {"attempts", upload.failures}, {"why", error.message()}}
    );
    if (!is_lasting(error)) co_return;
    const std::string id = entry.id;
    const auto failed = co_await fail(std::move(entry), 0, "the file could not be uploaded");
    if (failed) uploads_.erase(id);
}

}  // namespace bridge::whatsapp::client
