/// Linking by an eight-character code that is typed on the phone (protocol part 1, section 7).
///
/// Order: `pair-device` has arrived -> `parse_phone`, `start_code_pairing` (slow) -> `companion_hello` ->
/// `parse_hello_reply`
/// -> notification -> `parse_primary_hello` -> `finish_code_pairing` (slow) -> store the new ADV secret -> send its
/// request
/// -> pair-success as after a scan. "Slow" means PBKDF2, about 0.1 s: the caller runs these on a worker.
#pragma once

#include "bridge/whatsapp/pairing/pairing.hpp"

namespace bridge::whatsapp::pairing {

/// Eight characters of `123456789ABCDEFGHJKLMNPQRSTVWXYZ`, five bits each, from the highest.
std::string code_from(const common::ByteArray<5>& random);
/// "ABCD-EFGH".
std::string display_code(std::string_view code);
/// Takes a code as people type it: any case, with or without dash and spaces.
Result<std::string> parse_code(std::string_view text);
/// Digits of an international number in any spelling: 7 to 15 of them, the first not 0.
Result<std::string> parse_phone(std::string_view text);

/// One attempt, from companion_hello to companion_finish. Valid as long as the QR refs of the same connection.
struct CodePairing {
    std::string code;   ///< eight characters, without dash
    std::string phone;  ///< digits
    common::crypto::KeyPair ephemeral;
    Bytes wrapped_ephemeral;  ///< 80 bytes
    Bytes ref;                ///< from the server's answer to companion_hello
};

struct HelloRandomness {
    common::ByteArray<5> code{};
    common::crypto::KeyPair ephemeral;
    common::ByteArray<32> salt{};
    common::ByteArray<16> iv{};

    static HelloRandomness fresh();
};
/// Slow.
CodePairing start_code_pairing(std::string phone, const HelloRandomness& random);

struct CodeDisplay {
    std::string client_type{chrome_client};
    std::string name{"Chrome (Linux)"};  ///< "Browser (OS)" with common names, or the server answers 400
    bool push_notification{true};        ///< the phone shows a notification that leads to the entry field
};
/// `<iq type="set" xmlns="md"><link_code_companion_reg stage="companion_hello">`; the id is added when it is asked.
Node companion_hello(const CodePairing& pairing, const storage::Account& account, const CodeDisplay& display = {});
/// The ref in the server's answer.
Result<Bytes> parse_hello_reply(const Node& iq);

/// What a `link_code_companion_reg` notification asks for; unknown stages are acknowledged and ignored.
enum class CodeStage { primary_hello, refresh_code, unknown };
CodeStage code_stage(const Node& notification);

struct PrimaryHello {
    common::ByteArray<80> wrapped_ephemeral{};
    common::crypto::PublicKey identity{};
    Bytes ref;
};
Result<PrimaryHello> parse_primary_hello(const Node& notification);

struct FinishRandomness {
    common::ByteArray<32> adv_random{};
    common::ByteArray<32> bundle_salt{};
    common::ByteArray<12> bundle_nonce{};

    static FinishRandomness fresh();
};
struct CodeFinish {
    Node request;                    ///< companion_finish; its result means that pair-success is on the way
    common::SecretBytes adv_secret;  ///< replaces the account's before the request is sent
};
/// Slow. `unknown_ref` when the hello belongs to another attempt. A code typed wrong cannot be seen here: the phone
/// notices it, and no pair-success comes.
Result<CodeFinish> finish_code_pairing(
    const CodePairing& pairing,
    const PrimaryHello& hello,
    const storage::Account& account,
    const FinishRandomness& random
);

/// Slow: the key that wraps an ephemeral key, from the code and the salt in front of it.
common::SecretBytes stretch_code(std::string_view code, ByteView salt);

}  // namespace bridge::whatsapp::pairing
