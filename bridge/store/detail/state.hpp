/// What a `Store` is made of.
#pragma once

#include "bridge/store/detail/contact_book.hpp"
#include "bridge/store/detail/readers.hpp"
#include "bridge/store/detail/writer.hpp"
#include "bridge/store/store.hpp"

#include <memory>

namespace bridge::store {

struct Store::State {
    explicit State(const common::Clock& c) : clock{c} {}

    const common::Clock& clock;
    std::unique_ptr<detail::Writer> writer;
    std::unique_ptr<detail::Readers> readers;
    std::unique_ptr<detail::ContactBook> contacts;
};

}  // namespace bridge::store
