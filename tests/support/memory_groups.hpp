/// The stores of `MemoryStorage` that group conversations need: groups, key holders.
#pragma once

#include "bridge/whatsapp/storage/storage.hpp"
#include "tests/support/memory_table.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tests::support {

namespace storage = bridge::whatsapp::storage;
namespace events = bridge::whatsapp::events;
using bridge::whatsapp::Jid;
using common::Result;
using common::Status;

class MemoryGroups final : public storage::GroupStore {
public:
    explicit MemoryGroups(Journal& journal) : rows{journal} {}
    Result<std::optional<events::GroupInfo>> load(const Jid& group) override { return rows.get(group.bare()); }
    Status save(const events::GroupInfo& info) override {
        rows.put(info.jid.bare(), info);
        return {};
    }
    Status remove(const Jid& group) override {
        rows.erase(group.bare());
        return {};
    }

    Table<Jid, events::GroupInfo> rows;
};

class MemoryKeyHolders final : public storage::KeyHolderStore {
public:
    explicit MemoryKeyHolders(Journal& journal) : rows{journal} {}
    Result<std::vector<Jid>> holders(const Jid& group) override {
        std::vector<Jid> devices;
        for (const auto& [key, row] : rows.rows()) {
            if (key.first == group.bare()) devices.push_back(key.second);
        }
        return devices;
    }
    Status add(const Jid& group, const std::vector<Jid>& devices) override {
        for (const Jid& device : devices) rows.put({group.bare(), device}, true);
        return {};
    }
    Status remove(const Jid& group, const Jid& device) override {
        rows.erase({group.bare(), device});
        return {};
    }
    Status clear(const Jid& group) override {
        rows.erase_if([&](const auto& key, bool) { return key.first == group.bare(); });
        return {};
    }
    Status remove_user(const Jid& user) override {
        rows.erase_if([&](const auto& key, bool) { return key.second.bare() == user.bare(); });
        return {};
    }

    Table<std::pair<Jid, Jid>, bool> rows;
};

}  // namespace tests::support
