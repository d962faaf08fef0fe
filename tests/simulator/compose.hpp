/// Contents from JSON, as `POST /accounts/{phone}/send` takes them (docs/simulator.md). What names another message,
/// names it by an id that the phone knows.
#pragma once

#include "bridge/whatsapp/content/content.hpp"
#include "common/json/json.hpp"
#include "tests/simulator/phone.hpp"
#include "tests/simulator/phone_media.hpp"

#include <optional>

namespace simulator {

enum class ComposeErrc { unknown_kind = 1, unknown_message, no_secret, bad_value };
common::ErrcInfo describe(ComposeErrc code) noexcept;

struct Composed {
    bridge::whatsapp::content::Content content;
    std::optional<FileContent> file;  ///< to be uploaded; the content's body is its description then
};
common::Result<Composed> compose(common::json::Value json, const Phone& phone, const Jid& chat);

}  // namespace simulator
