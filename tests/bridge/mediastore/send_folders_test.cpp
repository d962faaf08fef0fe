#include "bridge/mediastore/send_folders.hpp"

#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mediastore = bridge::mediastore;
namespace files = common::files;
namespace fs = std::filesystem;
using mediastore::Errc;

namespace {

/// allowed/{a.txt, sub/b.txt}, also/c.txt; outside/secret.txt beside them.
struct World {
    World() {
        for (const auto* name : {"allowed", "allowed/sub", "also", "outside", "allowed-not"})
            fs::create_directory(path(name));
        put("allowed/a.txt", "a");
        put("allowed/sub/b.txt", "bb");
        put("also/c.txt", "ccc");
        put("outside/secret.txt", "secret");
        put("allowed-not/d.txt", "d");
        folders = mediastore::SendFolders::create({path("allowed"), path("also")}).value();
    }
    std::string path(const std::string& name) const { return folder.file(name); }
    void put(const std::string& name, const std::string& content) const { std::ofstream{path(name)} << content; }
    std::string read(const std::string& name, std::uint64_t max_size = 100) const {
        const auto opened = folders.open(name, max_size);
        if (!opened) return "error";
        common::Bytes buffer(100);
        buffer.resize(opened->file.read_at(0, buffer).value());
        return std::string{common::as_text(buffer)};
    }
    bool is_outside(const std::string& name) const {
        const auto opened = folders.open(name, 100);
        return !opened && opened.error() == Errc::outside_folders;
    }

    tests::support::TempFolder folder;
    mediastore::SendFolders folders;
};

}  // namespace

TEST_CASE("send folders: files inside are opened, by whole or relative path", "[mediastore]") {
    const World world;
    CHECK(world.read(world.path("allowed/a.txt")) == "a");
    CHECK(world.read(world.path("allowed/sub/b.txt")) == "bb");
    CHECK(world.read(world.path("also/c.txt")) == "ccc");
    CHECK(world.read("a.txt") == "a");
    CHECK(world.read("sub/b.txt") == "bb");
    CHECK(world.read("c.txt") == "ccc");
    CHECK(world.read(world.path("allowed/./sub/../a.txt")) == "a");
    const auto opened = world.folders.open(world.path("allowed/sub/../a.txt"), 100).value();
    CHECK(opened.path == fs::canonical(world.path("allowed/a.txt")).string());
    CHECK(opened.name == "a.txt");
    CHECK(opened.size == 1);
}

TEST_CASE("send folders: every way out is refused", "[mediastore]") {
    const World world;
    for (const std::string& way :
         {world.path("outside/secret.txt"),
          world.path("allowed/../outside/secret.txt"),
          world.path("allowed/sub/../../outside/secret.txt"),
          world.path("allowed-not/d.txt"),
          std::string{"../outside/secret.txt"},
          std::string{"sub/../../outside/secret.txt"},
          std::string{"/etc/passwd"},
          std::string{"/proc/self/environ"},
          std::string{"//etc/passwd"},
          std::string{"../../../../../../../../etc/passwd"},
          std::string{},
          std::string{"/"},
          std::string{"."},
          std::string{".."},
          world.path("allowed"),
          world.path("allowed/"),
          world.path("allowed/a.txt") + std::string(1, '\0') + ".jpg",
          std::string(5000, 'a')}) {
        INFO(way);
        CHECK(world.is_outside(way));
    }
}

TEST_CASE("send folders: links are followed to where they lead, and judged there", "[mediastore]") {
    const World world;
    fs::create_symlink(world.path("outside/secret.txt"), world.path("allowed/link.txt"));
    fs::create_symlink("../outside/secret.txt", world.path("allowed/relative.txt"));
    fs::create_directory_symlink(world.path("outside"), world.path("allowed/folder"));
    fs::create_symlink(world.path("allowed/link.txt"), world.path("also/twice.txt"));
    fs::create_symlink("/proc/self/environ", world.path("allowed/environ"));
    fs::create_symlink(world.path("allowed/loop"), world.path("allowed/loop"));
    for (const auto* name :
         {"allowed/link.txt",
          "allowed/relative.txt",
          "allowed/folder/secret.txt",
          "also/twice.txt",
          "allowed/environ",
          "allowed/loop",
          "allowed/folder/none.txt",
          "allowed/folder/../secret.txt"}) {
        INFO(name);
        CHECK(world.is_outside(world.path(name)));
    }
    fs::create_symlink(world.path("also/c.txt"), world.path("allowed/inner.txt"));
    CHECK(world.read(world.path("allowed/inner.txt")) == "ccc");
    fs::create_directory_symlink(world.path("allowed"), world.path("outside/back"));
    CHECK(world.read(world.path("outside/back/a.txt")) == "a");
}

TEST_CASE("send folders: what does not exist is missing inside, and outside like anything else", "[mediastore]") {
    const World world;
    CHECK(world.folders.open(world.path("allowed/none.txt"), 100).error() == files::Errc::not_found);
    CHECK(world.folders.open("none.txt", 100).error() == files::Errc::not_found);
    CHECK(world.folders.open(world.path("allowed/a.txt/x"), 100).error() == files::Errc::not_found);
    CHECK(world.is_outside(world.path("outside/none.txt")));
    CHECK(world.is_outside("/none/none"));
}

TEST_CASE("send folders: only regular files of a bounded size", "[mediastore]") {
    const World world;
    CHECK(world.folders.open(world.path("allowed/sub"), 100).error() == files::Errc::not_a_file);
    REQUIRE(::mkfifo(world.path("allowed/pipe").c_str(), 0600) == 0);
    CHECK(world.folders.open(world.path("allowed/pipe"), 100).error() == files::Errc::not_a_file);
    fs::create_symlink("/dev/null", world.path("allowed/null"));
    CHECK(world.is_outside(world.path("allowed/null")));
    CHECK(world.folders.open(world.path("also/c.txt"), 2).error() == Errc::too_large);
    CHECK(world.read(world.path("also/c.txt"), 3) == "ccc");
}

TEST_CASE("send folders: a link that appears after the check is not followed", "[mediastore]") {
    const World world;
    // What `open` does last, with a path whose parts have become links meanwhile.
    fs::create_directory_symlink(world.path("outside"), world.path("allowed/swapped"));
    fs::create_symlink(world.path("outside/secret.txt"), world.path("allowed/file"));
    const std::string base = fs::canonical(world.path("allowed")).string();
    CHECK_FALSE(files::open_beneath(base, "swapped/secret.txt").has_value());
    CHECK_FALSE(files::open_beneath(base, "file").has_value());
    for (const std::string& name :
         {std::string{},
          std::string{"."},
          std::string{".."},
          std::string{"../outside/secret.txt"},
          std::string{"/etc/passwd"},
          std::string{"sub/../a.txt"},
          std::string{"sub//b.txt"},
          std::string{"a.txt/"},
          std::string("a.txt\0", 6)}) {
        INFO(name);
        CHECK_FALSE(files::open_beneath(base, name).has_value());
    }
    CHECK(files::open_beneath(base, "sub/b.txt").has_value());
}

TEST_CASE("send folders: the folders themselves must be there, and may be links", "[mediastore]") {
    const World world;
    CHECK(mediastore::SendFolders::create({world.path("none")}).error() == files::Errc::not_found);
    CHECK(mediastore::SendFolders::create({world.path("allowed/a.txt")}).error() == files::Errc::not_a_file);
    fs::create_directory_symlink(world.path("allowed"), world.path("alias"));
    const auto folders = mediastore::SendFolders::create({world.path("alias")}).value();
    CHECK(folders.open(world.path("alias/a.txt"), 100).has_value());
    CHECK(folders.open(world.path("allowed/a.txt"), 100).has_value());
    CHECK(mediastore::SendFolders{}.open(world.path("allowed/a.txt"), 100).error() == Errc::outside_folders);
}
