#include "bridge/whatsapp/noise/certificate.hpp"

#include "proto/handshake.pb.h"

namespace bridge::whatsapp::noise {

namespace crypto = common::crypto;
using Certificate = wa::handshake::CertChain::NoiseCertificate;

namespace {

constexpr std::size_t longest_chain = 64 * 1024;

bool is_complete(const Certificate& certificate) { return certificate.has_details() && certificate.has_signature(); }

bool has_whole_signature(const Certificate& certificate) {
    return certificate.signature().size() == std::tuple_size_v<crypto::Signature>;
}

/// The signed bytes are the details as received, never serialised again.
bool is_signed_by(const Certificate& certificate, const crypto::PublicKey& key) {
    return crypto::xeddsa_verify(
        key, common::as_bytes(certificate.details()), common::as_bytes(certificate.signature())
    );
}

}  // namespace

common::ErrcInfo describe(CertificateErrc code) noexcept {
    using common::Kind;
    switch (code) {
        case CertificateErrc::malformed: return {Kind::unavailable, "server certificate is malformed"};
        case CertificateErrc::missing: return {Kind::unavailable, "server certificate is incomplete"};
        case CertificateErrc::signature_length:
            return {Kind::unavailable, "server certificate has a signature of a wrong length"};
        case CertificateErrc::intermediate_signature:
            return {Kind::unavailable, "server certificate is not signed by the trusted root"};
        case CertificateErrc::intermediate_issuer_serial:
            return {Kind::unavailable, "intermediate server certificate names another issuer"};
        case CertificateErrc::intermediate_key_length:
            return {Kind::unavailable, "intermediate server certificate has no proper key"};
        case CertificateErrc::leaf_signature:
            return {Kind::unavailable, "server certificate is not signed by the intermediate one"};
        case CertificateErrc::intermediate_not_yet_valid:
            return {Kind::unavailable, "intermediate server certificate is not valid yet: is the clock right?"};
        case CertificateErrc::intermediate_expired:
            return {Kind::unavailable, "intermediate server certificate has expired: is the clock right?"};
        case CertificateErrc::leaf_issuer_serial: return {Kind::unavailable, "server certificate names another issuer"};
        case CertificateErrc::leaf_key: return {Kind::unavailable, "server certificate is for another key"};
        case CertificateErrc::leaf_not_yet_valid:
            return {Kind::unavailable, "server certificate is not valid yet: is the clock right?"};
        case CertificateErrc::leaf_expired:
            return {Kind::unavailable, "server certificate has expired: is the clock right?"};
    }
    return {Kind::internal, "unknown certificate error"};
}

// The order of the checks is the reference's; fields that are absent read as 0.
Status verify_certificate(
    ByteView chain, const crypto::PublicKey& root, const crypto::PublicKey& server_static, common::UnixTime now
) {
    wa::handshake::CertChain parsed;
    if (chain.size() > longest_chain || !parsed.ParseFromArray(chain.data(), static_cast<int>(chain.size()))) {
        return CertificateErrc::malformed;
    }
    const Certificate& leaf = parsed.leaf();
    const Certificate& intermediate = parsed.intermediate();
    if (!is_complete(leaf) || !is_complete(intermediate)) return CertificateErrc::missing;
    if (!has_whole_signature(leaf) || !has_whole_signature(intermediate)) return CertificateErrc::signature_length;

    if (!is_signed_by(intermediate, root)) return CertificateErrc::intermediate_signature;
    Certificate::Details issuer;
    if (!issuer.ParseFromString(intermediate.details())) return CertificateErrc::malformed;
    if (issuer.issuer_serial() != 0) return CertificateErrc::intermediate_issuer_serial;
    const auto issuer_key = common::to_array<32>(common::as_bytes(issuer.key()));
    if (!issuer_key) return CertificateErrc::intermediate_key_length;

    if (!is_signed_by(leaf, *issuer_key)) return CertificateErrc::leaf_signature;
    const auto seconds = now.time_since_epoch().count();
    const std::uint64_t unix_now = seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds);
    if (unix_now < issuer.not_before()) return CertificateErrc::intermediate_not_yet_valid;
    if (unix_now > issuer.not_after()) return CertificateErrc::intermediate_expired;

    Certificate::Details subject;
    if (!subject.ParseFromString(leaf.details())) return CertificateErrc::malformed;
    if (subject.issuer_serial() != issuer.serial()) return CertificateErrc::leaf_issuer_serial;
    if (!common::equal_secret(common::as_bytes(subject.key()), server_static)) return CertificateErrc::leaf_key;
    if (unix_now < subject.not_before()) return CertificateErrc::leaf_not_yet_valid;
    if (unix_now > subject.not_after()) return CertificateErrc::leaf_expired;
    return {};
}

}  // namespace bridge::whatsapp::noise
