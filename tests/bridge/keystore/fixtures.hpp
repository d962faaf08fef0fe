/// The two implementations of the storage ports, for suites that run against both.
#pragma once

#include "bridge/keystore/keystore.hpp"
#include "tests/support/memory_storage.hpp"
#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <memory>

namespace tests::keystore {

namespace storage = bridge::whatsapp::storage;
using bridge::whatsapp::Jid;
namespace server = bridge::whatsapp::server;
using storage::Address;

struct InMemory {
    support::MemoryStorage store;
    storage::Storage& storage() { return store; }
};

struct InFile {
    support::TempFolder folder;
    std::unique_ptr<bridge::keystore::KeyStore> store{open()};
    storage::Storage& storage() { return *store; }

    std::unique_ptr<bridge::keystore::KeyStore> open() {
        auto opened = bridge::keystore::KeyStore::open(folder.file("whatsapp.db"));
        INFO(Catch::Detail::stringify(opened.has_error() ? opened.error().message() : "ok"));
        REQUIRE(opened);
        return std::move(*opened);
    }
    void reopen() {
        store.reset();
        store = open();
    }
};

template <class T>
T take(common::Result<T> result) {
    INFO((result ? std::string{} : result.error().message()));
    REQUIRE(result);
    return std::move(*result);
}

inline common::UnixTime at(std::int64_t seconds) { return common::UnixTime{std::chrono::seconds{seconds}}; }
inline common::Bytes bytes(std::string_view text) { return common::to_bytes(text); }

}  // namespace tests::keystore
