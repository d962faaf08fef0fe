/// Key stores of `MemoryStorage`: sessions, identities, pre-keys, sender keys.
#pragma once

#include "bridge/whatsapp/storage/storage.hpp"
#include "tests/support/memory_table.hpp"

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tests::support {

namespace storage = bridge::whatsapp::storage;
using common::Bytes;
using common::ByteView;
using common::Result;
using common::Status;
using storage::Address;

/// Keys of `table` whose address (`address_of(key)`) has this name.
template <class Key, class Row, class AddressOf>
std::vector<Key> keys_of(const Table<Key, Row>& table, const std::string& name, AddressOf address_of) {
    std::vector<Key> keys;
    for (const auto& [key, row] : table.rows()) {
        if (address_of(key).name == name) keys.push_back(key);
    }
    return keys;
}

/// Moves a name's rows to another name where it has none; deletes the rest.
template <class Row>
void migrate_addresses(Table<Address, Row>& table, const std::string& from, const std::string& to) {
    if (from == to) return;
    const auto first = table.rows().lower_bound(Address{from, 0});
    std::vector<std::pair<Address, Row>> moving;
    for (auto row = first; row != table.rows().end() && row->first.name == from; ++row) moving.push_back(*row);
    for (auto& [address, row] : moving) {
        table.erase(address);
        const Address target{to, address.device};
        if (!table.find(target)) table.put(target, std::move(row));
    }
}

class MemorySessions final : public storage::SessionStore {
public:
    explicit MemorySessions(Journal& journal) : rows{journal} {}
    Result<std::optional<Bytes>> load(const Address& address) override { return rows.get(address); }
    Status save(const Address& address, ByteView record) override {
        rows.put(address, common::to_bytes(record));
        return {};
    }
    Status remove(const Address& address) override {
        rows.erase(address);
        return {};
    }
    Result<std::vector<std::int32_t>> devices(const std::string& name) override {
        std::vector<std::int32_t> found;
        for (auto row = rows.rows().lower_bound({name, 0}); row != rows.rows().end() && row->first.name == name;
             ++row) {
            found.push_back(row->first.device);
        }
        return found;
    }
    Status remove_all(const std::string& name) override {
        rows.erase_if([&](const Address& address, const Bytes&) { return address.name == name; });
        return {};
    }
    Status migrate(const std::string& from, const std::string& to) override {
        migrate_addresses(rows, from, to);
        return {};
    }

    Table<Address, Bytes> rows;
};

class MemoryIdentities final : public storage::IdentityStore {
public:
    using Key = common::crypto::PublicKey;
    explicit MemoryIdentities(Journal& journal) : rows{journal} {}
    Result<std::optional<Key>> load(const Address& address) override { return rows.get(address); }
    Result<bool> save(const Address& address, const Key& key) override {
        const Key* known = rows.find(address);
        const bool changed = known && *known != key;
        rows.put(address, key);
        return changed;
    }
    Status remove_all(const std::string& name) override {
        rows.erase_if([&](const Address& address, const Key&) { return address.name == name; });
        return {};
    }
    Status migrate(const std::string& from, const std::string& to) override {
        migrate_addresses(rows, from, to);
        return {};
    }

    Table<Address, Key> rows;
};

class MemoryPreKeys final : public storage::PreKeyStore {
public:
    struct Row {
        common::crypto::KeyPair pair;
        std::uint64_t order{0};  ///< of generation, which the ids do not show after they wrapped
        bool uploaded{false};
    };
    static constexpr std::uint32_t max_id = 0xFFFFFF;

    explicit MemoryPreKeys(Journal& journal) : rows{journal}, journal_{journal} {}
    Result<std::optional<storage::PreKey>> load(std::uint32_t id) override {
        const Row* row = rows.find(id);
        if (!row) return std::optional<storage::PreKey>{};
        return std::optional{storage::PreKey{id, row->pair}};
    }
    Result<std::vector<storage::PreKey>> generate(std::size_t count) override {
        std::vector<storage::PreKey> keys;
        const auto before = std::pair{next_id_, order_};
        journal_.record([this, before] { std::tie(next_id_, order_) = before; });
        while (keys.size() < count) {
            const std::uint32_t id = std::exchange(next_id_, next_id_ >= max_id ? 1 : next_id_ + 1);
            if (rows.find(id)) continue;
            keys.push_back({id, common::crypto::KeyPair::generate()});
            rows.put(id, Row{keys.back().pair, ++order_, false});
        }
        return keys;
    }
    Result<std::vector<storage::PreKey>> not_uploaded(std::size_t limit) override {
        std::map<std::uint64_t, storage::PreKey> waiting;
        for (const auto& [id, row] : rows.rows()) {
            if (!row.uploaded) waiting.emplace(row.order, storage::PreKey{id, row.pair});
        }
        std::vector<storage::PreKey> keys;
        for (const auto& [order, key] : waiting) {
            if (keys.size() < limit) keys.push_back(key);
        }
        return keys;
    }
    Status mark_uploaded(const std::vector<std::uint32_t>& ids) override {
        for (const std::uint32_t id : ids) {
            auto row = rows.get(id);
            if (!row) continue;
            row->uploaded = true;
            rows.put(id, *row);
        }
        return {};
    }
    Result<std::size_t> count_uploaded() override {
        std::size_t count = 0;
        for (const auto& [id, row] : rows.rows()) count += row.uploaded ? 1 : 0;
        return count;
    }
    Status remove(std::uint32_t id) override {
        rows.erase(id);
        return {};
    }
    void forget() {
        rows.clear();
        const auto before = next_id_;
        journal_.record([this, before] { next_id_ = before; });
        next_id_ = 1;
    }

    Table<std::uint32_t, Row> rows;

private:
    Journal& journal_;
    std::uint32_t next_id_{1};
    std::uint64_t order_{0};
};

class MemorySignedPreKeys final : public storage::SignedPreKeyStore {
public:
    explicit MemorySignedPreKeys(Journal& journal) : rows{journal} {}
    Result<std::optional<storage::SignedPreKey>> load(std::uint32_t id) override { return rows.get(id); }
    Status save(const storage::SignedPreKey& key) override {
        rows.put(key.id, key);
        return {};
    }

    Table<std::uint32_t, storage::SignedPreKey> rows;
};

class MemorySenderKeys final : public storage::SenderKeyStore {
public:
    using Name = std::pair<std::string, Address>;
    explicit MemorySenderKeys(Journal& journal) : rows{journal} {}
    Result<std::optional<Bytes>> load(const std::string& group, const Address& sender) override {
        return rows.get({group, sender});
    }
    Status save(const std::string& group, const Address& sender, ByteView record) override {
        rows.put({group, sender}, common::to_bytes(record));
        return {};
    }
    Status remove(const std::string& group, const Address& sender) override {
        rows.erase({group, sender});
        return {};
    }
    Status migrate(const std::string& from, const std::string& to) override {
        if (from == to) return {};
        for (const Name& name : keys_of(rows, from, [](const Name& key) { return key.second; })) {
            const Name target{name.first, {to, name.second.device}};
            if (!rows.find(target)) rows.put(target, *rows.find(name));
            rows.erase(name);
        }
        return {};
    }

    Table<Name, Bytes> rows;
};

}  // namespace tests::support
