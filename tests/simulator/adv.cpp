#include "tests/simulator/adv.hpp"

#include "proto/adv.pb.h"

namespace simulator {

namespace crypto = common::crypto;

namespace {

constexpr common::ByteArray<2> account_prefix{6, 0};
constexpr common::ByteArray<2> device_prefix{6, 1};
constexpr common::ByteArray<2> list_prefix{6, 2};

std::string text(ByteView bytes) { return common::to_string(bytes); }

bool device_signature_holds(
    const wa::adv::ADVSignedDeviceIdentity& record,
    ByteView details,
    const crypto::PublicKey& account_key,
    const crypto::PublicKey& companion
) {
    const Bytes signed_bytes = common::concat({device_prefix, details, companion, account_key});
    return crypto::xeddsa_verify(companion, signed_bytes, common::as_bytes(record.device_signature()));
}

}  // namespace

SignedCompanion sign_companion(
    const Account& account,
    const crypto::PublicKey& companion,
    std::uint32_t key_index,
    std::uint64_t timestamp,
    ByteView adv_secret,
    bool tamper
) {
    wa::adv::ADVDeviceIdentity inner;
    inner.set_raw_id(account.raw_id);
    inner.set_timestamp(timestamp);
    inner.set_key_index(key_index);
    inner.set_account_type(wa::adv::E2EE);
    SignedCompanion result;
    result.details = common::to_bytes(inner.SerializeAsString());
    const Bytes signed_bytes = common::concat({account_prefix, result.details, companion});
    auto signature = crypto::xeddsa_sign(account.identity.private_key, signed_bytes);
    if (tamper) signature[10] ^= 0x40;
    wa::adv::ADVSignedDeviceIdentity identity;
    identity.set_details(text(result.details));
    identity.set_account_signature_key(text(account.identity.public_key));
    identity.set_account_signature(text(signature));
    result.signed_identity = common::to_bytes(identity.SerializeAsString());
    wa::adv::ADVSignedDeviceIdentityHMAC container;
    container.set_details(text(result.signed_identity));
    container.set_hmac(text(crypto::hmac_sha256(adv_secret, result.signed_identity)));
    result.container = common::to_bytes(container.SerializeAsString());
    return result;
}

common::Result<Bytes> accept_device_signature(
    const Account& account, const crypto::PublicKey& companion, const SignedCompanion& offered, ByteView answer
) {
    wa::adv::ADVSignedDeviceIdentity record;
    if (!record.ParseFromArray(answer.data(), static_cast<int>(answer.size()))) return common::Errc::invalid_argument;
    if (text(offered.details) != record.details()) return common::Errc::invalid_argument;
    if (!device_signature_holds(record, offered.details, account.identity.public_key, companion)) {
        return common::Errc::invalid_argument;
    }
    record.set_account_signature_key(text(account.identity.public_key));
    return common::to_bytes(record.SerializeAsString());
}

bool proves_companion(ByteView record, const crypto::PublicKey& account_key, const crypto::PublicKey& companion) {
    wa::adv::ADVSignedDeviceIdentity parsed;
    if (!parsed.ParseFromArray(record.data(), static_cast<int>(record.size()))) return false;
    if (parsed.account_signature_key() != text(account_key)) return false;
    const Bytes by_account = common::concat({account_prefix, common::as_bytes(parsed.details()), companion});
    if (!crypto::xeddsa_verify(account_key, by_account, common::as_bytes(parsed.account_signature()))) return false;
    return device_signature_holds(parsed, common::as_bytes(parsed.details()), account_key, companion);
}

Bytes Account::signed_key_index_list(std::uint64_t timestamp) const {
    wa::adv::ADVKeyIndexList list;
    list.set_raw_id(raw_id);
    list.set_timestamp(timestamp);
    list.set_current_index(last_key_index);
    for (const auto& [number, device] : devices) {
        if (number != 0) list.add_valid_indexes(device.key_index);
    }
    wa::adv::ADVSignedKeyIndexList result;
    result.set_details(list.SerializeAsString());
    const Bytes signed_bytes = common::concat({list_prefix, common::as_bytes(result.details())});
    result.set_account_signature(text(crypto::xeddsa_sign(identity.private_key, signed_bytes)));
    result.set_account_signature_key(text(identity.public_key));
    return common::to_bytes(result.SerializeAsString());
}

}  // namespace simulator
