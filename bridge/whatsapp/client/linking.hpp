/// Linking on an unlinked connection: QR codes in turn, the eight-character code, the passkey step, and the identity
/// check that ends every way (protocol part 1, sections 6 and 7). One attempt at a time.
#pragma once

#include "bridge/whatsapp/client/core.hpp"
#include "bridge/whatsapp/pairing/code_pairing.hpp"
#include "bridge/whatsapp/pairing/pairing.hpp"
#include "bridge/whatsapp/pairing/passkey.hpp"

namespace bridge::whatsapp::client {

class Linking {
public:
    explicit Linking(Core& core) : core_{core}, ready_{core.io}, asserted_{core.io} {}

    /// A connection begins or has ended.
    void reset();
    /// Shows one code after the other until the refs are used up; ends with an error then.
    asio::awaitable<Status> show_codes();
    /// `pair-device` has come.
    Status offer(const Node& iq);
    /// `pair-success` has come: checks, stores, answers. An error means that the attempt failed (and was answered).
    asio::awaitable<Status> finish(Node iq);
    /// `link_code_companion_reg`, `companion_reg_refresh`, `passkey_prologue_request`, `crsc_continuation`.
    asio::awaitable<Status> notified(Node notification);

    asio::awaitable<Result<Client::PairCode>> request_code(std::string phone);
    asio::awaitable<Status> give_assertion(std::string json);
    asio::awaitable<Status> confirm();

private:
    asio::awaitable<Status> primary_hello(Node notification);
    asio::awaitable<Status> passkey_asked(Node notification);
    asio::awaitable<Status> passkey_continued(Node notification);
    asio::awaitable<Status> replace_adv_secret(common::SecretBytes secret);
    void show(const std::string& ref, std::chrono::seconds lifetime);

    Core& core_;
    common::Event ready_;
    common::Event asserted_;
    std::vector<std::string> refs_;
    std::size_t shown_{0};
    bool open_{false};
    std::chrono::steady_clock::time_point refs_end_{};
    std::optional<pairing::CodePairing> code_;
    int hellos_{0};

    std::optional<pairing::PasskeyStart> passkey_;
    std::chrono::steady_clock::time_point passkey_since_{};
    std::optional<pairing::PasskeyPairing> passkey_pairing_;
    std::optional<pairing::PasskeyContinuation> continuation_;
};

}  // namespace bridge::whatsapp::client
