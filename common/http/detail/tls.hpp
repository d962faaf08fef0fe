/// TLS over a non-blocking socket: OpenSSL with its own small BIO, so that a broken pipe is an error and not a signal.
#pragma once

#include "common/http/detail/stream.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace common::http::detail {

/// Certificates and settings, shared by connections.
class TlsContext {
public:
    /// Trusts the system's authorities and those in `ca_file` ("" for none).
    static Result<std::shared_ptr<TlsContext>> for_client(const std::string& ca_file);
    static Result<std::shared_ptr<TlsContext>> for_server(
        const std::string& certificate_file, const std::string& key_file
    );
    SSL_CTX* native() const noexcept { return context_.get(); }

private:
    struct Free {
        void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    };
    explicit TlsContext(SSL_CTX* context) noexcept : context_{context} {}
    std::unique_ptr<SSL_CTX, Free> context_;
};

class TlsStream final : public ByteStream {
public:
    /// A client's when `host` is not empty: the certificate must be for that name or IP address.
    TlsStream(Tcp::socket socket, const TlsContext& context, const std::string& host);
    ~TlsStream() override;

    asio::awaitable<Status> handshake();
    IoResult read_some(std::span<char> into) noexcept override;
    IoResult write_some(std::string_view data) noexcept override;
    bool has_buffered() const noexcept override;
    Error failure() const override;
    void close() noexcept override;

private:
    friend struct SocketBio;
    /// What a call that returned `result` <= 0 means.
    IoResult explain(int result) noexcept;

    struct Free {
        void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
    };
    std::unique_ptr<SSL, Free> ssl_;
    unsigned long problem_{0};  ///< OpenSSL's code; 0 when the socket failed
    long untrusted_{0};         ///< X509_V_*; 0 when the certificate was not the problem
};

}  // namespace common::http::detail
