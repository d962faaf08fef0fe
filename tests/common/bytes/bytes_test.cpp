#include "common/bytes/bytes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <new>

using namespace common;

TEST_CASE("bytes: text and bytes are views of each other", "[bytes]") {
    const std::string text{"a\0\xFF", 3};
    CHECK(to_bytes(text) == Bytes{'a', 0, 0xFF});
    CHECK(as_text(as_bytes(text)) == text);
    CHECK(to_string(Bytes{'h', 'i'}) == "hi");
}

TEST_CASE("bytes: parts are joined in order", "[bytes]") {
    const Bytes a{1, 2};
    const Bytes b{3};
    CHECK(concat({a, b, {}, a}) == Bytes{1, 2, 3, 1, 2});
    CHECK(concat({}).empty());
}

TEST_CASE("bytes: big-endian numbers of every size read back", "[bytes]") {
    CHECK(be_bytes(0x010203, 3) == Bytes{1, 2, 3});
    CHECK(be_bytes(0xFFFFFFFFFFFFFFFF, 8) == Bytes(8, 0xFF));
    for (std::size_t size = 1; size <= 8; ++size) {
        const std::uint64_t value = 0x8877665544332211U >> (8 * (8 - size));
        CHECK(be_bytes(value, size).size() == size);
        CHECK(read_be(be_bytes(value, size)) == value);
    }
    CHECK(read_be({}) == 0);
}

TEST_CASE("bytes: an array takes exactly its size", "[bytes]") {
    CHECK(to_array<3>(Bytes{1, 2, 3}).value() == ByteArray<3>{1, 2, 3});
    CHECK_FALSE(to_array<3>(Bytes{1, 2}));
    CHECK_FALSE(to_array<3>(Bytes{1, 2, 3, 4}));
}

TEST_CASE("hex: every byte reads back, in either case", "[bytes]") {
    Bytes all(256);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
    CHECK(from_hex(to_hex(all)).value() == all);
    CHECK(to_hex(Bytes{0x0A, 0xFF}) == "0aff");
    CHECK(from_hex("0AfF").value() == Bytes{0x0A, 0xFF});
    CHECK(from_hex("").value().empty());
}

TEST_CASE("hex: odd lengths and other characters are refused", "[bytes]") {
    for (const char* text : {"a", "abc", "0g", "g0", " 0a", "0x0a", "0a "}) {
        CAPTURE(text);
        CHECK_FALSE(from_hex(text));
    }
}

TEST_CASE("secret: compares by content, and sizes must agree", "[bytes]") {
    const Bytes a{1, 2, 3};
    CHECK(equal_secret(a, Bytes{1, 2, 3}));
    CHECK_FALSE(equal_secret(a, Bytes{1, 2, 4}));
    CHECK_FALSE(equal_secret(a, Bytes{1, 2}));
    CHECK(equal_secret({}, {}));
    CHECK(SecretBytes{a} == SecretBytes{Bytes{1, 2, 3}});
    CHECK_FALSE(SecretBytes{a} == SecretBytes{});
}

TEST_CASE("secret: wiping leaves zeros", "[bytes]") {
    Bytes key{1, 2, 3};
    wipe(key);
    CHECK(key == Bytes{0, 0, 0});
}

TEST_CASE("secret: a destroyed array is zero in memory", "[bytes]") {
    alignas(SecretArray<32>) ByteArray<sizeof(SecretArray<32>)> memory;
    const Bytes key(32, 0xAB);
    auto* secret = new (memory.data()) SecretArray<32>{SecretArray<32>::from(key).value()};
    REQUIRE(std::ranges::count(memory, 0xAB) == 32);
    secret->~SecretArray<32>();
    CHECK(std::ranges::count(memory, 0xAB) == 0);
}

TEST_CASE("secret: copies and moves keep the content", "[bytes]") {
    SecretBytes a{Bytes{1, 2, 3}};
    SecretBytes b{Bytes{9}};
    b = a;
    CHECK(b == a);
    const SecretBytes& itself = b;
    b = itself;
    CHECK(b == a);
    SecretBytes c{Bytes{9, 9}};
    c = std::move(b);
    CHECK(c == a);
}

TEST_CASE("secret: a fixed size takes nothing else", "[bytes]") {
    CHECK(SecretArray<2>::from(Bytes{1, 2}));
    CHECK_FALSE(SecretArray<2>::from(Bytes{1}));
    CHECK(SecretArray<2>::from(Bytes{1, 2}).value() == SecretArray<2>::from(Bytes{1, 2}).value());
    CHECK_FALSE(SecretArray<2>::from(Bytes{1, 2}).value() == SecretArray<2>{});
}
