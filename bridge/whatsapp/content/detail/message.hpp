/// A parsed `wa.e2e.Message` inside this room: wrappers, the context of whatever it holds, bytes.
#pragma once

#include "bridge/whatsapp/content/context.hpp"
#include "common/result/result.hpp"
#include "proto/e2e.pb.h"

#include <string>

namespace bridge::whatsapp::content::detail {

/// At most 16 MiB.
bool parse(common::ByteView bytes, google::protobuf::MessageLite& out);
common::Bytes serialised(const google::protobuf::MessageLite& message);

struct Wrapping {
    bool view_once{false};
    bool group_status{false};
};
/// Replaces `message` by what its wrappers hold. The innermost message inherits messageContextInfo, and media inside a
/// view-once wrapper are marked.
common::Result<Wrapping> strip_wrappers(wa::e2e::Message& message);

/// The context of the content that is set; nullptr when there is none (yet), or when that content carries none.
wa::e2e::ContextInfo* find_context(wa::e2e::Message& message);
/// Makes it where it is missing; nullptr when the content carries none.
wa::e2e::ContextInfo* make_context(wa::e2e::Message& message);
void clear_context(wa::e2e::Message& message);
/// A bare text cannot carry a context: it becomes an extended text.
void extend_text(wa::e2e::Message& message);

Context read_context(const wa::e2e::ContextInfo& info);
void put(wa::e2e::ContextInfo& info, const Context& context);
bool is_empty(const Context& context);

}  // namespace bridge::whatsapp::content::detail
