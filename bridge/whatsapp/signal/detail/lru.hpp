/// A bounded cache that forgets what was not used for longest.
#pragma once

#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace bridge::whatsapp::signal::detail {

template <class Value>
class Lru {
public:
    explicit Lru(std::size_t capacity) : capacity_{capacity} {}

    /// Null when unknown. Valid until the next `put` or removal.
    Value* find(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return &found->second->second;
    }

    Value& put(std::string_view key, Value value) {
        if (Value* known = find(key)) return *known = std::move(value);
        if (entries_.size() >= capacity_) {
            index_.erase(entries_.back().first);
            entries_.pop_back();
        }
        entries_.emplace_front(std::string{key}, std::move(value));
        index_.emplace(entries_.front().first, entries_.begin());
        return entries_.front().second;
    }

    void erase(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return;
        const auto entry = found->second;
        index_.erase(found);  // the index borrows its key from the entry
        entries_.erase(entry);
    }

    template <class Predicate>
    void erase_if(Predicate matches) {
        for (auto entry = entries_.begin(); entry != entries_.end();) {
            if (matches(std::string_view{entry->first})) {
                index_.erase(entry->first);
                entry = entries_.erase(entry);
            } else {
                ++entry;
            }
        }
    }

    void clear() {
        index_.clear();
        entries_.clear();
    }
    std::size_t size() const noexcept { return entries_.size(); }

private:
    using Entries = std::list<std::pair<std::string, Value>>;
    std::size_t capacity_;
    Entries entries_;
    std::unordered_map<std::string_view, typename Entries::iterator> index_;
};

}  // namespace bridge::whatsapp::signal::detail
