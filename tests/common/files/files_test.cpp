#include "common/files/files.hpp"

#include "tests/support/print.hpp"
#include "tests/support/temp_folder.hpp"

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace files = common::files;
namespace fs = std::filesystem;
using common::as_bytes;
using common::as_text;

namespace {

std::string content_of(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

mode_t mode_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

std::size_t entries(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder}, {}));
}

}  // namespace

TEST_CASE("files: bytes are read where they were written", "[files]") {
    const tests::support::TempFolder folder;
    auto file = files::File::create(folder.file("a")).value();
    CHECK(mode_of(folder.file("a")) == 0600);
    REQUIRE(file.write_at(4, as_bytes("world")));
    REQUIRE(file.write_at(0, as_bytes("hey ")));
    CHECK(file.size().value() == 9);
    std::array<std::uint8_t, 6> buffer{};
    CHECK(file.read_at(4, buffer).value() == 5);
    CHECK(as_text(common::ByteView{buffer}.first(5)) == "world");
    CHECK(file.read_at(100, buffer).value() == 0);
    REQUIRE(file.truncate(3));
    REQUIRE(file.sync());
    CHECK(content_of(folder.file("a")) == "hey");
    CHECK(files::File::create(folder.file("a")).error() == files::Errc::exists);
}

TEST_CASE("files: what is no regular file is refused, without waiting for it", "[files]") {
    const tests::support::TempFolder folder;
    CHECK(files::File::open(folder.file("none")).error() == files::Errc::not_found);
    CHECK(files::File::open(folder.file("none") + "/x").error() == files::Errc::not_found);
    CHECK(files::File::open(folder.path().string()).error() == files::Errc::not_a_file);
    CHECK(files::File::open("/dev/null").error() == files::Errc::not_a_file);
    REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    CHECK(files::File::open(folder.file("pipe")).error() == files::Errc::not_a_file);
}

TEST_CASE("files: a temporary file goes away with its owner", "[files]") {
    const tests::support::TempFolder folder;
    {
        auto first = files::TempFile::create(folder.path().string()).value();
        auto second = files::TempFile::create(folder.path().string(), ".enc").value();
        CHECK(first.path() != second.path());
        CHECK(second.path().ends_with(".enc"));
        CHECK(entries(folder.path().string()) == 2);
        first = std::move(second);
        CHECK(entries(folder.path().string()) == 1);
        const files::TempFile moved{std::move(first)};
        CHECK(entries(folder.path().string()) == 1);
    }
    CHECK(entries(folder.path().string()) == 0);
    CHECK(files::TempFile::create(folder.file("none")).error() == files::Errc::not_found);
}

TEST_CASE("files: a temporary file that is kept replaces the target as a whole", "[files]") {
    const tests::support::TempFolder folder;
    std::ofstream{folder.file("target")} << "old";
    {
        auto temp = files::TempFile::create(folder.path().string()).value();
        REQUIRE(temp.file().write_at(0, as_bytes("new")));
        CHECK(content_of(folder.file("target")) == "old");
        REQUIRE(temp.keep_as(folder.file("target")));
    }
    CHECK(content_of(folder.file("target")) == "new");
    CHECK(entries(folder.path().string()) == 1);
    auto lost = files::TempFile::create(folder.path().string()).value();
    CHECK(lost.keep_as(folder.file("none") + "/target").error() == files::Errc::not_found);
}

TEST_CASE("files: folders are made for us alone, with those above them", "[files]") {
    const tests::support::TempFolder folder;
    REQUIRE(files::make_folder(folder.file("a") + "/b/c"));
    CHECK(mode_of(folder.file("a") + "/b/c") == 0700);
    REQUIRE(files::make_folder(folder.file("a") + "/b/c"));
    std::ofstream{folder.file("file")} << "x";
    CHECK_FALSE(files::make_folder(folder.file("file")).has_value());
    CHECK_FALSE(files::make_folder(folder.file("file") + "/d").has_value());
}
