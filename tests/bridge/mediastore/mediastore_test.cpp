#include "bridge/mediastore/mediastore.hpp"

#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace mediastore = bridge::mediastore;
namespace files = common::files;
namespace fs = std::filesystem;
using common::Bytes;
using common::UnixTime;
using mediastore::Errc;
using namespace std::chrono_literals;

namespace {

constexpr UnixTime start{1'700'000'000s};

struct World {
    explicit World(mediastore::Limits limits = {}) { reopen(limits); }
    void reopen(mediastore::Limits limits) {
        store.reset();
        store = mediastore::MediaStore::open(folder.file("media"), limits).value();
    }
    common::Result<mediastore::StoredFile> keep(
        const std::string& content, UnixTime now = start, std::string_view type = "image/jpeg"
    ) {
        auto file = files::TempFile::create(store->temp_folder()).value();
        REQUIRE(file.file().write_at(0, common::as_bytes(content)));
        return store->keep(std::move(file), common::crypto::sha256(common::as_bytes(content)), type, now);
    }
    std::string read(const std::string& name, UnixTime now = start) {
        const auto file = store->open_file(name, now);
        if (!file) return "error";
        Bytes buffer(1000);
        buffer.resize(file->read_at(0, buffer).value());
        return std::string{common::as_text(buffer)};
    }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& file : store->list().value()) all.push_back(file.name);
        return all;
    }
    std::size_t temporary() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator{store->temp_folder()}, {}));
    }
    std::string path(const std::string& name) const { return folder.file("media") + "/" + name; }

    tests::support::TempFolder folder;
    std::unique_ptr<mediastore::MediaStore> store;
};

}  // namespace

TEST_CASE("media store: a file is called by its content and found again", "[mediastore]") {
    World world;
    const auto kept = world.keep("hello").value();
    CHECK(kept.name == "2c/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.jpg");
    CHECK(kept.size == 5);
    CHECK(world.read(kept.name) == "hello");
    CHECK(world.store->used() == 5);
    CHECK(world.temporary() == 0);
    struct stat facts {};
    REQUIRE(::stat(world.path(kept.name).c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    world.reopen({});
    CHECK(world.read(kept.name) == "hello");
    CHECK(world.store->used() == 5);
}

TEST_CASE("media store: the same content is kept once", "[mediastore]") {
    World world;
    const auto first = world.keep("hello").value();
    const auto second = world.keep("hello", start + 1h).value();
    CHECK(second.name == first.name);
    CHECK(world.store->used() == 5);
    CHECK(world.temporary() == 0);
    CHECK(world.store->list().value().at(0).last_used == start + 1h);
}

TEST_CASE("media store: the extension comes from a list of ours", "[mediastore]") {
    const common::crypto::Sha256 hash{};
    const auto extension = [&](std::string_view type) {
        const std::string name = mediastore::MediaStore::name_of(hash, type);
        CHECK(mediastore::MediaStore::is_name(name));
        return name.substr(name.find('.') + 1);
    };
    CHECK(extension("audio/ogg; codecs=opus") == "ogg");
    CHECK(extension("application/pdf") == "pdf");
    CHECK(extension("application/was") == "was");
    for (const auto odd : {"", "text/x-shellscript", "../../x", "image/jpeg/../../x", "application/x-msdownload"}) {
        CHECK(extension(odd) == "bin");
    }
}

TEST_CASE("media store: only names of ours are opened or removed", "[mediastore]") {
    World world;
    const std::string good = world.keep("hello").value().name;
    std::ofstream{world.folder.file("secret")} << "secret";
    const std::string hash = good.substr(3, 64);
    for (const std::string& name :
         {std::string{},
          std::string{"secret"},
          std::string{"../secret"},
          "/" + good,
          "./" + good,
          good + "/",
          good + "x.y",
          "2d/" + hash + ".jpg",
          "2c/" + hash,
          "2c/" + hash + ".",
          "2c/" + hash + ".JPG",
          "2c/" + hash + ".a/b",
          "2c/../2c/" + hash + ".jpg",
          world.path(good),
          "2c\\" + hash + ".jpg",
          good + std::string(1, '\0')}) {
        INFO(name);
        CHECK(world.store->open_file(name, start).error() == Errc::bad_name);
        CHECK(world.store->remove(name).error() == Errc::bad_name);
    }
    std::string missing = good;
    missing.replace(good.size() - 3, 3, "png");
    CHECK(world.store->open_file(missing, start).error() == files::Errc::not_found);
    CHECK(world.store->remove(missing).has_value());
    CHECK(world.store->used() == 5);
    CHECK(world.store->remove(good).has_value());
    CHECK(world.store->used() == 0);
    CHECK(world.read(good) == "error");
}

TEST_CASE("media store: a link in the place of a file is not followed", "[mediastore]") {
    World world;
    const std::string name = world.keep("hello").value().name;
    std::ofstream{world.folder.file("secret")} << "secret";
    fs::remove(world.path(name));
    fs::create_symlink(world.folder.file("secret"), world.path(name));
    CHECK(world.read(name) == "error");
    CHECK(world.names().empty());
    fs::remove_all(world.path(name.substr(0, 2)));
    fs::create_directory(world.folder.file("elsewhere"));
    std::ofstream{world.folder.file("elsewhere") + name.substr(2)} << "secret";
    fs::create_directory_symlink(world.folder.file("elsewhere"), world.path(name.substr(0, 2)));
    CHECK(world.read(name) == "error");
    CHECK(world.names().empty());
}

TEST_CASE("media store: temporary files of an earlier process go at the start", "[mediastore]") {
    World world;
    const std::string name = world.keep("hello").value().name;
    std::ofstream{world.store->temp_folder() + "/left.part"} << "half";
    world.reopen({});
    CHECK(world.temporary() == 0);
    CHECK(world.read(name) == "hello");
}

TEST_CASE("media store: the quota is kept by removing what was not used for longest", "[mediastore]") {
    World world{{25, 0h}};
    const std::string a = world.keep("aaaaaaaaaa", start).value().name;
    const std::string b = world.keep("bbbbbbbbbb", start + 1h).value().name;
    CHECK(world.read(a, start + 2h) == "aaaaaaaaaa");
    const std::string c = world.keep("cccccccccc", start + 3h).value().name;
    CHECK(world.names() == std::vector<std::string>{a, c});
    CHECK(world.store->used() == 20);
    CHECK(world.keep(std::string(26, 'd')).error() == Errc::over_quota);
    CHECK(world.store->used() == 20);
    CHECK(world.temporary() == 0);
    CHECK(world.keep(std::string(25, 'e'), start + 4h).has_value());
    CHECK(world.store->used() == 25);
    CHECK(world.names().size() == 1);
}

TEST_CASE("media store: a clean-up removes what is past its time, except what is needed", "[mediastore]") {
    World world{{0, 24h}};
    const std::string old = world.keep("old", start).value().name;
    const std::string needed = world.keep("needed", start).value().name;
    const std::string fresh = world.keep("fresh", start + 10h).value().name;
    const auto keep_needed = [&](const std::string& name) { return name == needed; };
    CHECK(world.store->clean(start + 24h, keep_needed).value().files == 0);
    const auto cleaned = world.store->clean(start + 25h, keep_needed).value();
    CHECK(cleaned.files == 1);
    CHECK(cleaned.bytes == 3);
    CHECK(cleaned.names == std::vector<std::string>{old});
    CHECK(world.names() == std::vector<std::string>{needed, fresh});
    CHECK(world.store->used() == 11);
}

TEST_CASE("media store: a smaller quota is reached by the next clean-up", "[mediastore]") {
    World world;
    for (int i = 0; i < 5; ++i)
        world.keep(std::string(10, static_cast<char>('a' + i)), start + std::chrono::hours{i}).value();
    world.reopen({30, 0h});
    CHECK(world.store->used() == 50);
    CHECK(world.store->clean(start + 5h).value().files == 2);
    CHECK(world.store->used() == 30);
}

TEST_CASE("media store: foreign files in the folder are left alone", "[mediastore]") {
    World world{{1, 1h}};
    fs::create_directories(world.path("2c"));
    std::ofstream{world.path("2c/notes.txt")} << "mine";
    std::ofstream{world.path("readme")} << "mine";
    CHECK(world.store->clean(start + 1000h).value().files == 0);
    CHECK(fs::exists(world.path("2c/notes.txt")));
    CHECK(world.store->used() == 0);
}
