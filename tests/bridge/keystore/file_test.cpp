#include "bridge/whatsapp/signal/signal.hpp"
#include "common/sqlite/sqlite.hpp"
#include "tests/bridge/keystore/fixtures.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace tests::keystore {

namespace {

using bridge::keystore::Errc;
using bridge::keystore::KeyStore;

unsigned mode_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

TEST_CASE("key store: the files are their owner's alone, whatever the umask", "[keystore]") {
    const auto before = ::umask(0);
    InFile fixture;
    REQUIRE(fixture.storage().sessions().save({"a", 0}, bytes("x")));
    ::umask(before);
    for (const char* name : {"whatsapp.db", "whatsapp.db-wal", "whatsapp.db-shm", "whatsapp.db.lock"}) {
        INFO(name);
        CHECK(mode_of(fixture.folder.file(name)) == 0600);
    }
}

TEST_CASE("key store: files that others could read are closed to them", "[keystore]") {
    InFile fixture;
    fixture.store.reset();
    REQUIRE(::chmod(fixture.folder.file("whatsapp.db").c_str(), 0644) == 0);
    fixture.store = fixture.open();
    CHECK(mode_of(fixture.folder.file("whatsapp.db")) == 0600);
}

TEST_CASE("key store: a folder is made when missing, and a link is not followed", "[keystore]") {
    support::TempFolder folder;
    const std::string path = folder.file("data/whatsapp.db");
    REQUIRE(KeyStore::open(path));
    CHECK(mode_of(folder.file("data")) == 0700);
    std::ofstream{folder.file("elsewhere")};
    std::filesystem::create_symlink(folder.file("elsewhere"), folder.file("link.db"));
    CHECK(KeyStore::open(folder.file("link.db")).error() == Errc::cannot_create);
    CHECK(KeyStore::open("/proc/whatsapp.db").error().kind() == common::Kind::unavailable);
}

TEST_CASE("key store: everything is there after a restart", "[keystore]") {
    InFile fixture;
    const auto made = take(fixture.storage().pre_keys().generate(2));
    REQUIRE(fixture.storage().sessions().save({"a", 0}, bytes("session")));
    fixture.reopen();
    CHECK(*take(fixture.storage().sessions().load({"a", 0})) == bytes("session"));
    CHECK(take(fixture.storage().pre_keys().load(2))->pair.private_key == made[1].pair.private_key);
    CHECK(take(fixture.storage().pre_keys().generate(1)).front().id == 3);
}

TEST_CASE("key store: pre-key ids wrap and step over ids in use", "[keystore]") {
    InFile fixture;
    REQUIRE(fixture.storage().pre_keys().generate(1));
    fixture.store.reset();
    {
        auto database = common::sqlite::Database::open(fixture.folder.file("whatsapp.db"), {});
        REQUIRE(database);
        REQUIRE(database->execute("UPDATE counters SET value = 16777215 WHERE name = 'next_pre_key'"));
    }
    fixture.store = fixture.open();
    const auto keys = take(fixture.storage().pre_keys().generate(3));
    CHECK(keys[0].id == 16777215);
    CHECK(keys[1].id == 2);
    CHECK(keys[2].id == 3);
    const auto waiting = take(fixture.storage().pre_keys().not_uploaded(10));
    REQUIRE(waiting.size() == 4);
    CHECK(waiting[0].id == 1);
    CHECK(waiting[1].id == 16777215);
}

TEST_CASE("key store: a second owner is refused until the first is gone", "[keystore]") {
    InFile fixture;
    const auto second = KeyStore::open(fixture.folder.file("whatsapp.db"));
    REQUIRE_FALSE(second);
    CHECK(second.error() == Errc::in_use);
    CHECK(second.error().detail().find(std::to_string(::getpid())) != std::string::npos);
    fixture.reopen();
    CHECK(fixture.store);
}

TEST_CASE("key store: a killed process leaves the lease and what it committed", "[keystore]") {
    support::TempFolder folder;
    const std::string path = folder.file("whatsapp.db");
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto store = KeyStore::open(path);
        const bool good = store && (*store)->sessions().save({"a", 0}, bytes("committed"));
        const auto open_transaction = (*store)->begin();
        const bool more = (*store)->sessions().save({"b", 0}, bytes("not committed")).has_value();
        const char told = good && more ? 'y' : 'n';
        if (::write(ready[1], &told, 1) == 1) ::pause();
        ::_exit(0);
    }
    char told = 0;
    REQUIRE(::read(ready[0], &told, 1) == 1);
    CHECK(told == 'y');
    CHECK(KeyStore::open(path).error() == Errc::in_use);
    REQUIRE(::kill(child, SIGKILL) == 0);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    ::close(ready[0]);
    ::close(ready[1]);
    auto store = take(KeyStore::open(path));
    CHECK(take(store->sessions().load({"a", 0})));
    CHECK_FALSE(take(store->sessions().load({"b", 0})));
}

TEST_CASE("key store: a newer schema and a file that is no database are refused", "[keystore]") {
    support::TempFolder folder;
    const std::string path = folder.file("whatsapp.db");
    SECTION("newer") {
        auto database = common::sqlite::Database::open(path, {});
        REQUIRE(database);
        REQUIRE(database->execute("PRAGMA user_version = 9999"));
    }
    SECTION("rubbish") { std::ofstream{path} << std::string(8192, 'x'); }
    const auto opened = KeyStore::open(path);
    REQUIRE_FALSE(opened);
    CHECK((opened.error() == common::sqlite::Errc::schema_too_new || opened.error() == common::sqlite::Errc::corrupt));
}

TEST_CASE("key store: a damaged row is an error, not a wrong key", "[keystore]") {
    InFile fixture;
    REQUIRE(fixture.storage().pre_keys().generate(1));
    REQUIRE(fixture.storage().identities().save({"a", 0}, {}));
    fixture.store.reset();
    {
        auto database = common::sqlite::Database::open(fixture.folder.file("whatsapp.db"), {});
        REQUIRE(database);
        REQUIRE(database->execute("UPDATE pre_keys SET private = x'00'; UPDATE identities SET public = x''"));
    }
    fixture.store = fixture.open();
    CHECK(fixture.storage().pre_keys().load(1).error() == Errc::damaged);
    CHECK(fixture.storage().pre_keys().not_uploaded(5).error() == Errc::damaged);
    CHECK(fixture.storage().identities().load({"a", 0}).error() == Errc::damaged);
}

TEST_CASE("key store: deleted secrets are overwritten in the file", "[keystore]") {
    InFile fixture;
    const std::string secret(400, 'S');
    REQUIRE(fixture.storage().sessions().save({"a", 0}, bytes(secret)));
    REQUIRE(fixture.storage().sessions().remove({"a", 0}));
    fixture.reopen();  // closing moves the write-ahead log into the database
    fixture.store.reset();
    std::ifstream file{fixture.folder.file("whatsapp.db"), std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    REQUIRE_FALSE(content.empty());
    CHECK(content.find("SSSSSSSS") == std::string::npos);
}

TEST_CASE("key store: a conversation goes on across restarts", "[keystore]") {
    using namespace bridge::whatsapp;
    InFile alice;
    InFile bob;
    const auto alice_keys = common::crypto::KeyPair::generate();
    const auto bob_keys = common::crypto::KeyPair::generate();
    const Jid alice_jid{"15550100001", server::user, 2};
    const Jid bob_jid{"100000000000002", server::lid};
    storage::SignedPreKey signed_key{1, common::crypto::KeyPair::generate(), {}, at(1)};
    signed_key.signature =
        common::crypto::xeddsa_sign(bob_keys.private_key, common::crypto::prefixed(signed_key.pair.public_key));
    REQUIRE(bob.storage().signed_pre_keys().save(signed_key));
    const auto one_time = take(bob.storage().pre_keys().generate(1)).front();
    signal::PreKeyBundle bundle;
    bundle.registration_id = 2;
    bundle.identity = bob_keys.public_key;
    bundle.signed_pre_key = {1, signed_key.pair.public_key, {signed_key.signature.begin(), signed_key.signature.end()}};
    bundle.pre_key = signal::PreKeyBundle::OneTimeKey{one_time.id, one_time.pair.public_key};
    {
        signal::Cipher cipher{alice.storage(), {alice_keys, 1}};
        REQUIRE(cipher.start_session(bob_jid, bundle));
    }
    for (int round = 0; round < 4; ++round) {
        alice.reopen();
        bob.reopen();
        signal::Cipher from{alice.storage(), {alice_keys, 1}};
        signal::Cipher to{bob.storage(), {bob_keys, 2}};
        const auto there = take(from.encrypt(bob_jid, bytes("ping")));
        CHECK(take(to.decrypt(alice_jid, there.type, there.bytes)) == bytes("ping"));
        const auto back = take(to.encrypt(alice_jid, bytes("pong")));
        CHECK(take(from.decrypt(bob_jid, back.type, back.bytes)) == bytes("pong"));
    }
}

}  // namespace

}  // namespace tests::keystore
