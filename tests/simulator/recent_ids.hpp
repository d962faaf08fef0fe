/// Ids seen lately: the server accepts each message id of a device once.
#pragma once

#include <deque>
#include <string>
#include <unordered_set>

namespace simulator {

class RecentIds {
public:
    bool contains(const std::string& id) const { return ids_.contains(id); }
    void add(const std::string& id) {
        if (!ids_.insert(id).second) return;
        order_.push_back(id);
        if (order_.size() <= capacity) return;
        ids_.erase(order_.front());
        order_.pop_front();
    }
    /// A retry receipt was forwarded for `id`: the sender may send it again.
    void forget(const std::string& id) { ids_.erase(id); }

private:
    static constexpr std::size_t capacity = 100'000;
    std::unordered_set<std::string> ids_;
    std::deque<std::string> order_;
};

}  // namespace simulator
