/// Media retry: a file is gone from the servers, and our own phone is asked to upload it again (protocol part 2,
/// section 6.12). The keys stay what they were; the answer has a new direct path.
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/media/media.hpp"

#include <optional>
#include <string>
#include <variant>

namespace bridge::whatsapp::media {

/// The message whose file is asked for.
struct RetryTarget {
    std::string message_id;
    Jid chat;
    bool from_me{false};
    std::optional<Jid> participant;  ///< who wrote it, in groups
};

/// A `<receipt type="server-error">` to our own account. `iv12` is random. `bad_key` when the media key has not 32
/// bytes. The answer comes as a notification, within half a minute or never; ask once.
/// Wire: <receipt id to type="server-error"><encrypt><enc_p/><enc_iv/></encrypt><rmr jid from_me
/// [participant]/></receipt>
Result<Node> retry_receipt(const RetryTarget& target, const Jid& own_pn, ByteView media_key, ByteArray<12> iv12);

/// The same for a history blob, whose notification has no chat: category="peer", no `<rmr>`.
Result<Node> history_retry_receipt(
    const std::string& message_id, const Jid& own_pn, ByteView media_key, ByteArray<12> iv12
);

struct RetrySealed {
    Bytes payload;  ///< with the tag
    ByteArray<12> iv{};
};
struct RetryRefused {
    std::uint32_t code{0};  ///< 2: not on the phone
};

/// A `<notification type="mediaretry">`.
struct RetryAnswer {
    RetryTarget target;  ///< the chat is empty when the notification names none
    std::variant<RetryRefused, RetrySealed> content;
};

/// `bad_answer` when it is no such notification or lacks what it needs.
Result<RetryAnswer> parse_retry(const Node& notification);

/// What the phone did: a new path and, when it has it, the message secret.
struct Reuploaded {
    std::string direct_path;
    Bytes message_secret;
};

/// Opens the answer with the media key of the message. `not_on_phone` when the file is gone for good, `unavailable`
/// when the phone failed, `bad_answer` when this is no answer to this message, `bad_path` when its path is none of a
/// host.
Result<Reuploaded> open_retry(const RetryAnswer& answer, ByteView media_key);

/// The receipt's and the notification's cipher, for whoever plays the phone.
Result<Bytes> seal_retry(ByteView media_key, const std::string& message_id, ByteArray<12> iv12, ByteView plain);
Result<Bytes> unseal_retry(ByteView media_key, const std::string& message_id, ByteArray<12> iv12, ByteView sealed);

}  // namespace bridge::whatsapp::media
