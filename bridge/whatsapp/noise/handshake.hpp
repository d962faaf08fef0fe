/// The two roles of the XX handshake as state machines over whole messages (protocol part 1, sections 2.2 and 2.3).
///
/// The ephemeral key comes in as an argument: fresh for every connection, fixed in known-answer tests. Calling a step
/// out of order is a bug of the caller and throws `std::logic_error`.
#pragma once

#include "bridge/whatsapp/noise/noise.hpp"
#include "bridge/whatsapp/noise/symmetric_state.hpp"
#include "common/clock/clock.hpp"
#include "common/crypto/crypto.hpp"

namespace bridge::whatsapp::noise {

/// The client's side: `client_hello`, `client_finish`, `split`.
class Initiator {
public:
    explicit Initiator(common::crypto::KeyPair ephemeral);

    /// The first message.
    Bytes client_hello();
    /// Reads the server's answer, verifies its certificate against `root`, and makes the last message, which carries
    /// `noise_static` and the payload. After an error the handshake is over.
    Result<Bytes> client_finish(
        ByteView server_hello,
        const common::crypto::PublicKey& root,
        const common::crypto::KeyPair& noise_static,
        ByteView client_payload,
        common::UnixTime now
    );
    TransportKeys split() const;

private:
    enum class Stage { start, hello_sent, failed, finished };

    Result<Bytes> finish(
        ByteView server_hello,
        const common::crypto::PublicKey& root,
        const common::crypto::KeyPair& noise_static,
        ByteView client_payload,
        common::UnixTime now
    );

    SymmetricState state_;
    common::crypto::KeyPair ephemeral_;
    Stage stage_{Stage::start};
};

/// The server's side, for the simulator and tests: `server_hello`, `accept_finish`, `split`.
class Responder {
public:
    explicit Responder(common::crypto::KeyPair ephemeral);

    /// What the client proved and said in its last message.
    struct Client {
        common::crypto::PublicKey noise_static{};
        Bytes payload;
    };

    /// Answers the first message. A ClientHello that asks for resumption (field `static`) is refused.
    Result<Bytes> server_hello(
        ByteView client_hello, const common::crypto::KeyPair& server_static, ByteView certificate_chain
    );
    Result<Client> accept_finish(ByteView client_finish);
    TransportKeys split() const;

private:
    enum class Stage { start, hello_sent, finished };

    SymmetricState state_;
    common::crypto::KeyPair ephemeral_;
    Stage stage_{Stage::start};
};

}  // namespace bridge::whatsapp::noise
