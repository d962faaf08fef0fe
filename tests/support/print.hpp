/// Teaches Catch2 to print our values.
#pragma once

#include "bridge/whatsapp/jid/jid.hpp"
#include "common/bytes/bytes.hpp"
#include "common/result/result.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace Catch {

template <>
struct StringMaker<common::Error> {
    static std::string convert(const common::Error& error) {
        return "error(" + std::string{common::name(error.kind())} + ": " + error.message() + ")";
    }
};

template <class T>
struct StringMaker<common::Result<T>> {
    static std::string convert(const common::Result<T>& result) {
        if (!result) return StringMaker<common::Error>::convert(result.error());
        if constexpr (std::is_void_v<T>) {
            return "ok";
        } else {
            return "ok(" + Detail::stringify(*result) + ")";
        }
    }
};

template <>
struct StringMaker<bridge::whatsapp::Jid> {
    static std::string convert(const bridge::whatsapp::Jid& jid) { return "<" + jid.to_string() + ">"; }
};

template <>
struct StringMaker<common::Bytes> {
    static std::string convert(const common::Bytes& bytes) { return "hex:" + common::to_hex(bytes); }
};

}  // namespace Catch
