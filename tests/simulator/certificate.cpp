#include "tests/simulator/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>

namespace simulator {

using common::Error;
using common::Result;
using common::Status;

namespace {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using File = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

/// Also the name that some clients download from whatever they are told, for tests that lead it here.
constexpr const char* names = "DNS:localhost,DNS:mmg.whatsapp.net,IP:127.0.0.1,IP:::1";
constexpr long ten_years = 10L * 365 * 24 * 3600;

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    if (extension) X509_add_ext(certificate, extension.get(), -1);
}

Result<Certificate> issue(EVP_PKEY* key, const char* name, long serial, X509* issuer, EVP_PKEY* issuer_key) {
    Certificate certificate{X509_new()};
    if (!certificate) return CertificateErrc::openssl;
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ten_years);
    X509_set_pubkey(certificate.get(), key);
    const auto* text = reinterpret_cast<const unsigned char*>(name);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509* authority = issuer == nullptr ? certificate.get() : issuer;
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority));
    extend(certificate.get(), authority, NID_subject_key_identifier, "hash");
    extend(certificate.get(), authority, NID_authority_key_identifier, "keyid:always");
    if (issuer == nullptr) {
        extend(certificate.get(), authority, NID_basic_constraints, "critical,CA:TRUE");
        extend(certificate.get(), authority, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        extend(certificate.get(), authority, NID_subject_alt_name, names);
        extend(certificate.get(), authority, NID_ext_key_usage, "serverAuth");
    }
    if (X509_sign(certificate.get(), issuer_key, EVP_sha256()) == 0) return CertificateErrc::openssl;
    return certificate;
}

Status write_certificate(const std::string& path, X509* certificate) {
    const File file{BIO_new_file(path.c_str(), "w")};
    if (!file || PEM_write_bio_X509(file.get(), certificate) == 0) return Error{CertificateErrc::file, path};
    return {};
}

Status write_key(const std::string& path, EVP_PKEY* key) {
    const File file{BIO_new_file(path.c_str(), "w")};
    if (!file || PEM_write_bio_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 0) {
        return Error{CertificateErrc::file, path};
    }
    return {};
}

}  // namespace

common::ErrcInfo describe(CertificateErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case CertificateErrc::openssl: return {Kind::internal, "OpenSSL made no certificate"};
        case CertificateErrc::file: return {Kind::unavailable, "a certificate file cannot be written"};
    }
    return {Kind::internal, "unknown certificate error"};
}

Result<TlsFiles> prepare_tls(const std::string& folder) {
    TlsFiles files{folder + "/ca.pem", folder + "/server.pem", folder + "/server-key.pem"};
    namespace fs = std::filesystem;
    if (fs::exists(files.ca) && fs::exists(files.certificate) && fs::exists(files.key)) return files;
    const Key ca_key{EVP_EC_gen("P-256")};
    const Key server_key{EVP_EC_gen("P-256")};
    if (!ca_key || !server_key) return CertificateErrc::openssl;
    const auto ca = issue(ca_key.get(), "WhatsApp simulator CA", 1, nullptr, ca_key.get());
    if (!ca) return ca.error();
    const auto server = issue(server_key.get(), "WhatsApp simulator", 2, ca->get(), ca_key.get());
    if (!server) return server.error();
    if (auto written = write_certificate(files.ca, ca->get()); !written) return written.error();
    if (auto written = write_certificate(files.certificate, server->get()); !written) return written.error();
    if (auto written = write_key(files.key, server_key.get()); !written) return written.error();
    return files;
}

}  // namespace simulator
