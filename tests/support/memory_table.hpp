/// A map that can take its writes back: the tables of `MemoryStorage`.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tests::support {

/// How to undo what the open transaction wrote, in order. Records nothing while no transaction is open.
class Journal {
public:
    bool open() const noexcept { return open_; }
    void begin() { open_ = true; }
    void commit() {
        undo_.clear();
        open_ = false;
    }
    void roll_back() {
        open_ = false;  // what the undo steps write is not recorded again
        while (!undo_.empty()) {
            undo_.back()();
            undo_.pop_back();
        }
    }
    void record(std::function<void()> undo) {
        if (open_) undo_.push_back(std::move(undo));
    }

private:
    bool open_{false};
    std::vector<std::function<void()>> undo_;
};

template <class Key, class Row>
class Table {
public:
    explicit Table(Journal& journal) noexcept : journal_{journal} {}

    const Row* find(const Key& key) const {
        const auto found = rows_.find(key);
        return found == rows_.end() ? nullptr : &found->second;
    }
    std::optional<Row> get(const Key& key) const {
        const Row* row = find(key);
        return row ? std::optional<Row>{*row} : std::nullopt;
    }
    void put(const Key& key, Row row) {
        remember(key);
        rows_.insert_or_assign(key, std::move(row));
    }
    void erase(const Key& key) {
        if (!rows_.contains(key)) return;
        remember(key);
        rows_.erase(key);
    }
    template <class Predicate>
    void erase_if(Predicate matches) {
        std::vector<Key> doomed;
        for (const auto& [key, row] : rows_) {
            if (matches(key, row)) doomed.push_back(key);
        }
        for (const Key& key : doomed) erase(key);
    }
    void clear() {
        erase_if([](const Key&, const Row&) { return true; });
    }
    const std::map<Key, Row>& rows() const noexcept { return rows_; }

private:
    void remember(const Key& key) {
        if (!journal_.open()) return;
        journal_.record([this, key, before = get(key)] {
            if (before) {
                rows_.insert_or_assign(key, *before);
            } else {
                rows_.erase(key);
            }
        });
    }

    Journal& journal_;
    std::map<Key, Row> rows_;
};

}  // namespace tests::support
