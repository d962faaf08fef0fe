/// The other stores of `MemoryStorage`: account, mappings, device lists, inbox, outbox, counters, tokens.
#pragma once

#include "bridge/whatsapp/storage/storage.hpp"
#include "tests/support/memory_storage.hpp"
#include "tests/support/memory_table.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tests::support {

namespace storage = bridge::whatsapp::storage;
namespace events = bridge::whatsapp::events;
using bridge::whatsapp::Jid;
using common::Result;
using common::Status;

class MemoryMappings final : public storage::MappingStore {
public:
    explicit MemoryMappings(Journal& journal) : lids_{journal}, pns_{journal} {}
    Result<std::optional<Jid>> lid_of(const Jid& pn) override { return lids_.get(pn.bare()); }
    Result<std::optional<Jid>> pn_of(const Jid& lid) override { return pns_.get(lid.bare()); }
    Result<bool> save(const events::Mapping& mapping) override {
        const Jid pn = mapping.pn.bare();
        const Jid lid = mapping.lid.bare();
        const auto old_lid = lids_.get(pn);
        if (old_lid == lid) return false;
        if (old_lid) pns_.erase(*old_lid);
        if (const auto old_pn = pns_.get(lid)) lids_.erase(*old_pn);
        lids_.put(pn, lid);
        pns_.put(lid, pn);
        return true;
    }

private:
    Table<Jid, Jid> lids_;
    Table<Jid, Jid> pns_;
};

class MemoryDeviceLists final : public storage::DeviceListStore {
public:
    explicit MemoryDeviceLists(Journal& journal) : rows{journal} {}
    Result<std::optional<storage::DeviceList>> load(const Jid& user) override { return rows.get(user.bare()); }
    Status save(const Jid& user, const storage::DeviceList& list) override {
        rows.put(user.bare(), list);
        return {};
    }
    Status remove(const Jid& user) override {
        rows.erase(user.bare());
        return {};
    }

    Table<Jid, storage::DeviceList> rows;
};

class MemoryInbox final : public storage::Inbox {
public:
    explicit MemoryInbox(Journal& journal) : rows_{journal} {}
    Result<std::int64_t> put(const events::IncomingMessage& message) override {
        rows_.erase_if([&](std::int64_t, const events::IncomingMessage& row) {
            return row.chat == message.chat && row.sender.bare() == message.sender.bare() && row.id == message.id;
        });
        // Ids are never used again: a reader may still hold the id of the row that was replaced.
        auto row = message;
        row.inbox_id = ++last_id_;
        rows_.put(row.inbox_id, row);
        return row.inbox_id;
    }
    Result<std::vector<events::IncomingMessage>> all(std::size_t limit) override {
        std::vector<events::IncomingMessage> messages;
        for (const auto& [id, row] : rows_.rows()) {
            if (messages.size() == limit) break;
            messages.push_back(row);
        }
        return messages;
    }
    Status remove(const std::vector<std::int64_t>& inbox_ids) override {
        for (const std::int64_t id : inbox_ids) rows_.erase(id);
        return {};
    }

private:
    Table<std::int64_t, events::IncomingMessage> rows_;
    std::int64_t last_id_{0};
};

class MemoryRetryCounts final : public storage::RetryCountStore {
public:
    using Key = std::tuple<Jid, Jid, std::string>;
    explicit MemoryRetryCounts(Journal& journal) : rows{journal} {}
    Result<int> bump(const Jid& chat, const Jid& sender, const std::string& id, int at_least, common::UnixTime now)
        override {
        const Key key{chat, sender, id};
        const int count = std::max(rows.get(key).value_or(Row{}).count, at_least) + 1;
        rows.put(key, Row{count, now});
        return count;
    }
    Status remove(const Jid& chat, const Jid& sender, const std::string& id) override {
        rows.erase({chat, sender, id});
        return {};
    }
    Status prune(common::UnixTime before) override {
        rows.erase_if([&](const Key&, const Row& row) { return row.asked < before; });
        return {};
    }

    struct Row {
        int count{0};
        common::UnixTime asked{};
    };
    Table<Key, Row> rows;
};

class MemoryOutbox final : public storage::OutboxStore {
public:
    using Entry = storage::OutboxEntry;
    explicit MemoryOutbox(Journal& journal) : rows_{journal}, seqs_{journal}, keys_{journal}, resends_{journal} {}
    Result<std::int64_t> add(const Entry& entry) override {
        const bool key_taken = !entry.idempotency_key.empty() && keys_.find(entry.idempotency_key);
        if (seqs_.find(entry.id) || key_taken) return StorageErrc::exists;
        Entry row = entry;
        row.seq = ++last_seq_;
        rows_.put(row.seq, row);
        seqs_.put(row.id, row.seq);
        if (!row.idempotency_key.empty()) keys_.put(row.idempotency_key, row.seq);
        return row.seq;
    }
    Result<std::vector<Entry>> pending(std::size_t limit) override {
        std::vector<Entry> entries;
        for (const auto& [seq, row] : rows_.rows()) {
            if (entries.size() == limit) break;
            if (!finished(row)) entries.push_back(row);
        }
        return entries;
    }
    Result<std::vector<Entry>> due(common::UnixTime now, std::size_t limit) override {
        std::vector<Entry> entries;
        for (const auto& [seq, row] : rows_.rows()) {
            if (entries.size() == limit) break;
            if (!finished(row) && row.not_before <= now) entries.push_back(row);
        }
        return entries;
    }
    Result<std::optional<common::UnixTime>> next_due(common::UnixTime now) override {
        std::optional<common::UnixTime> next;
        for (const auto& [seq, row] : rows_.rows()) {
            if (!finished(row) && row.not_before > now && (!next || row.not_before < *next)) next = row.not_before;
        }
        return next;
    }
    Result<bool> cancel(const std::string& id) override {
        const auto* seq = seqs_.find(id);
        if (!seq || rows_.find(*seq)->state != storage::OutboxState::queued) return false;
        Entry row = *rows_.find(*seq);
        row.state = storage::OutboxState::cancelled;
        rows_.put(row.seq, row);
        return true;
    }
    Status set_state(const std::string& id, storage::OutboxState state) override {
        const auto* seq = seqs_.find(id);
        if (!seq) return {};
        Entry row = *rows_.find(*seq);
        row.state = state;
        rows_.put(row.seq, row);
        return {};
    }
    Result<bool> begin_attempt(const std::string& id) override {
        const auto* seq = seqs_.find(id);
        if (!seq || finished(*rows_.find(*seq))) return false;
        Entry row = *rows_.find(*seq);
        row.state = storage::OutboxState::sending;
        ++row.attempts;
        rows_.put(row.seq, row);
        return true;
    }
    Status set_uploaded(const std::string& id, const common::Bytes& content) override {
        const auto* seq = seqs_.find(id);
        if (!seq || finished(*rows_.find(*seq))) return {};
        Entry row = *rows_.find(*seq);
        row.content = content;
        row.attachment.clear();
        rows_.put(row.seq, row);
        return {};
    }
    Result<std::optional<Entry>> find(const std::string& id) override {
        const auto* seq = seqs_.find(id);
        return seq ? rows_.get(*seq) : std::optional<Entry>{};
    }
    Result<std::optional<Entry>> find_by_key(const std::string& idempotency_key) override {
        const auto* seq = keys_.find(idempotency_key);
        return seq ? rows_.get(*seq) : std::optional<Entry>{};
    }
    Result<int> bump_resend(const std::string& id, const Jid& requester) override {
        const int count = resends_.get({id, requester}).value_or(0) + 1;
        resends_.put({id, requester}, count);
        return count;
    }
    Status prune(common::UnixTime before) override {
        std::vector<Entry> old;
        for (const auto& [seq, row] : rows_.rows()) {
            if (finished(row) && row.created < before && row.not_before < before) old.push_back(row);
        }
        for (const Entry& row : old) {
            resends_.erase_if([&](const auto& key, int) { return key.first == row.id; });
            keys_.erase(row.idempotency_key);
            seqs_.erase(row.id);
            rows_.erase(row.seq);
        }
        return {};
    }

private:
    static bool finished(const Entry& entry) { return storage::is_finished(entry.state); }

    Table<std::int64_t, Entry> rows_;
    Table<std::string, std::int64_t> seqs_;
    Table<std::string, std::int64_t> keys_;
    Table<std::pair<std::string, Jid>, int> resends_;
    std::int64_t last_seq_{0};
};

class MemoryPrivacyTokens final : public storage::PrivacyTokenStore {
public:
    explicit MemoryPrivacyTokens(Journal& journal) : rows{journal} {}
    Result<std::optional<storage::PrivacyToken>> load(const Jid& user) override { return rows.get(user.bare()); }
    Status save(const Jid& user, const storage::PrivacyToken& token) override {
        rows.put(user.bare(), token);
        return {};
    }

    Table<Jid, storage::PrivacyToken> rows;
};

}  // namespace tests::support
