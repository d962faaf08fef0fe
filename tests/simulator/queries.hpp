/// Answers to IQs of a logged-in companion. An unknown one gets error 501, so that a forgotten case fails loudly.
#pragma once

#include "common/clock/clock.hpp"
#include "tests/simulator/answer.hpp"
#include "tests/simulator/group_queries.hpp"
#include "tests/simulator/people_queries.hpp"

#include <functional>
#include <optional>
#include <string>

namespace simulator {

class Queries {
public:
    /// `unlink` is called after the answer to remove-companion-device went out.
    using Unlink = std::function<void(const std::string& phone, std::uint16_t device)>;

    Queries(
        Registry& registry,
        Delivery& delivery,
        Router& router,
        Groups& groups,
        media::Host& media,
        const Faults& faults,
        const common::Clock& clock
    );
    void set_unlink(Unlink unlink) { unlink_ = std::move(unlink); }

    void handle(Account& account, Device& device, const Node& iq);

private:
    std::optional<Answer> answer_for(Account& account, Device& device, const Node& iq);
    Answer encrypt(Device& device, const Node& iq);
    Answer upload(Device& device, const Node& iq);
    Answer fetch_keys(const Node& request);
    Answer media_connection();
    Answer remove_companion(Account& account, const Node& request);

    Registry& registry_;
    Delivery& delivery_;
    Router& router_;
    GroupQueries group_queries_;
    PeopleQueries people_queries_;
    media::Host& media_;
    const Faults& faults_;
    const common::Clock& clock_;
    Unlink unlink_;
    std::optional<std::pair<std::string, std::uint16_t>> to_unlink_;
};

}  // namespace simulator
