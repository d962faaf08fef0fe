#include "common/http/detail/tls.hpp"

#include "common/http/message.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>

namespace common::http::detail {

/// OpenSSL's view of a `ByteStream`'s socket.
struct SocketBio {
    static TlsStream& stream_of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* data, std::size_t size, std::size_t* moved) {
        BIO_clear_retry_flags(bio);
        const IoResult got = stream_of(bio).receive({data, size});
        *moved = got.size;
        if (got.state == Io::wants_read) BIO_set_retry_read(bio);
        if (got.state == Io::ended) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        return got.state == Io::done ? 1 : 0;
    }
    static int write(BIO* bio, const char* data, std::size_t size, std::size_t* moved) {
        BIO_clear_retry_flags(bio);
        const IoResult put = stream_of(bio).transmit({data, size});
        *moved = put.size;
        if (put.state == Io::wants_write) BIO_set_retry_write(bio);
        return put.state == Io::done ? 1 : 0;
    }
    static long control(BIO* bio, int command, long, void*) {
        if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    }
    static BIO_METHOD* method() {
        static BIO_METHOD* const made = [] {
            BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "byte stream");
            if (method == nullptr) throw std::bad_alloc{};
            BIO_meth_set_read_ex(method, read);
            BIO_meth_set_write_ex(method, write);
            BIO_meth_set_ctrl(method, control);
            return method;
        }();
        return made;
    }
};

namespace {

std::string openssl_text(unsigned long code) {
    if (code == 0) return "connection failed";
    char text[160];
    ERR_error_string_n(code, text, sizeof text);
    return text;
}

Error setup_failed(std::string_view what) {
    return Error{HttpErrc::tls_failed, std::string{what} + ": " + openssl_text(ERR_get_error())};
}

SSL_CTX* new_context(const SSL_METHOD* method) {
    SSL_CTX* context = SSL_CTX_new(method);
    if (context == nullptr) throw std::bad_alloc{};
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(
        context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
    );
    // Several records, and a record's head with its body, in one call to the system.
    SSL_CTX_set_read_ahead(context, 1);
    // Peers often close without a TLS goodbye; HTTP and WebSocket have ends of their own.
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
    return context;
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::for_client(const std::string& ca_file) {
    ERR_clear_error();
    std::shared_ptr<TlsContext> made{new TlsContext{new_context(TLS_client_method())}};
    SSL_CTX_set_verify(made->native(), SSL_VERIFY_PEER, nullptr);
    if (SSL_CTX_set_default_verify_paths(made->native()) != 1) return setup_failed("system authorities");
    if (!ca_file.empty() && SSL_CTX_load_verify_file(made->native(), ca_file.c_str()) != 1) {
        return setup_failed("authorities in " + ca_file);
    }
    return made;
}

Result<std::shared_ptr<TlsContext>> TlsContext::for_server(
    const std::string& certificate_file, const std::string& key_file
) {
    ERR_clear_error();
    std::shared_ptr<TlsContext> made{new TlsContext{new_context(TLS_server_method())}};
    if (SSL_CTX_use_certificate_chain_file(made->native(), certificate_file.c_str()) != 1) {
        return setup_failed("certificate in " + certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(made->native(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return setup_failed("private key in " + key_file);
    }
    return made;
}

TlsStream::TlsStream(Tcp::socket socket, const TlsContext& context, const std::string& host)
    : ByteStream{std::move(socket)}, ssl_{SSL_new(context.native())} {
    BIO* bio = BIO_new(SocketBio::method());
    if (!ssl_ || bio == nullptr) throw std::bad_alloc{};
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    if (host.empty()) {
        SSL_set_accept_state(ssl_.get());
        return;
    }
    SSL_set_connect_state(ssl_.get());
    boost::system::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (not_an_address) {
        SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
        SSL_set1_host(ssl_.get(), host.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
    }
}

TlsStream::~TlsStream() = default;

IoResult TlsStream::explain(int result) noexcept {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ: return {Io::wants_read, 0};
        case SSL_ERROR_WANT_WRITE: return {Io::wants_write, 0};
        case SSL_ERROR_ZERO_RETURN: return {Io::ended, 0};
        case SSL_ERROR_SSL:
            problem_ = ERR_peek_error();
            untrusted_ = SSL_get_verify_result(ssl_.get());
            break;
        default: break;
    }
    ERR_clear_error();
    return {Io::failed, 0};
}

asio::awaitable<Status> TlsStream::handshake() {
    for (;;) {
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_.get());
        if (result == 1) co_return Status{};
        const IoResult next = explain(result);
        if (next.state == Io::ended) co_return Error{HttpErrc::tls_failed, "the peer left during the handshake"};
        if (next.state == Io::failed) co_return failure();
        const auto [code] = co_await wait(next.state);
        if (code) co_return Error{code};
    }
}

IoResult TlsStream::read_some(std::span<char> into) noexcept {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
    if (result != 1) return explain(result);
    // A call gives one record: the others that are here already come along.
    while (size < into.size() && SSL_has_pending(ssl_.get()) == 1) {
        std::size_t more = 0;
        const int next = SSL_read_ex(ssl_.get(), into.data() + size, into.size() - size, &more);
        if (next != 1) {
            explain(next);  // remembers the reason: the next call meets the same end
            break;
        }
        size += more;
    }
    return {Io::done, size};
}

IoResult TlsStream::write_some(std::string_view data) noexcept {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_write_ex(ssl_.get(), data.data(), data.size(), &size);
    return result == 1 ? IoResult{Io::done, size} : explain(result);
}

bool TlsStream::has_buffered() const noexcept { return SSL_has_pending(ssl_.get()) == 1; }

Error TlsStream::failure() const {
    if (untrusted_ != X509_V_OK) {
        return Error{HttpErrc::untrusted_certificate, X509_verify_cert_error_string(untrusted_)};
    }
    if (problem_ != 0) return Error{HttpErrc::tls_failed, openssl_text(problem_)};
    return ByteStream::failure();
}

void TlsStream::close() noexcept {
    if (is_open() && problem_ == 0 && SSL_is_init_finished(ssl_.get()) == 1) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());  // says goodbye; the peer's answer is not waited for
        ERR_clear_error();
    }
    ByteStream::close();
}

}  // namespace common::http::detail
