#include "bridge/whatsapp/pairing/client_payload.hpp"

#include "proto/companion.pb.h"
#include "proto/handshake.pb.h"

#include <charconv>

namespace bridge::whatsapp::pairing {

namespace {

using wa::handshake::ClientPayload;
using wa::handshake::UserAgent;
using wa::handshake::WebInfo;

constexpr std::uint32_t storage_quota_mb = 10'240;
constexpr std::uint32_t thumbnail_days = 60;

common::Bytes serialised(const google::protobuf::MessageLite& message) {
    common::Bytes out(message.ByteSizeLong());
    message.SerializeWithCachedSizesToArray(out.data());
    return out;
}

std::string big_endian(std::uint64_t value, std::size_t size) {
    return common::to_string(common::be_bytes(value, size));
}

/// Empty texts and zero values are set on purpose: the reference writes them.
ClientPayload common_payload(const ClientIdentity& identity, bool linked) {
    ClientPayload payload;
    payload.set_passive(linked);
    UserAgent& agent = *payload.mutable_user_agent();
    agent.set_platform(UserAgent::WEB);
    agent.mutable_app_version()->set_primary(identity.version[0]);
    agent.mutable_app_version()->set_secondary(identity.version[1]);
    agent.mutable_app_version()->set_tertiary(identity.version[2]);
    agent.set_mcc("000");
    agent.set_mnc("000");
    agent.set_os_version(identity.os_version);
    agent.set_manufacturer("");
    agent.set_device("Desktop");
    agent.set_os_build_number(identity.os_version);
    agent.set_release_channel(UserAgent::RELEASE);
    agent.set_locale_language_iso6391("en");
    agent.set_locale_country_iso31661_alpha2("US");
    payload.mutable_web_info()->set_web_sub_platform(WebInfo::WEB_BROWSER);
    payload.set_connect_type(ClientPayload::WIFI_UNKNOWN);
    payload.set_connect_reason(ClientPayload::USER_ACTIVATED);
    payload.set_pull(linked);
    return payload;
}

void say_which_history_fits(wa::companion::HistorySyncConfig& config) {
    config.set_storage_quota_mb(storage_quota_mb);
    config.set_inline_initial_payload_in_e2ee_msg(true);
    config.set_support_call_log_history(true);
    config.set_support_bot_user_agent_chat_history(true);
    config.set_support_cag_reactions_and_polls(true);
    config.set_support_biz_hosted_msg(true);
    config.set_support_recent_sync_chunk_message_count_tuning(true);
    config.set_support_hosted_group_msg(true);
    config.set_support_fbid_bot_chat_history(true);
    config.set_support_message_association(true);
    config.set_support_group_history(true);
    config.set_thumbnail_sync_days_limit(thumbnail_days);
    config.set_support_manus_history(true);
    config.set_support_hatch_history(true);
}

}  // namespace

common::Bytes device_props(const ClientIdentity& identity) {
    using wa::companion::DeviceProps;
    DeviceProps props;
    props.set_os(identity.device_name);
    props.mutable_version()->set_primary(identity.device_version[0]);
    props.mutable_version()->set_secondary(identity.device_version[1]);
    props.mutable_version()->set_tertiary(identity.device_version[2]);
    const bool known = DeviceProps::PlatformType_IsValid(identity.platform_type);
    props.set_platform_type(known ? DeviceProps::PlatformType(identity.platform_type) : DeviceProps::UNKNOWN);
    props.set_require_full_sync(identity.require_full_sync);
    say_which_history_fits(*props.mutable_history_sync_config());
    return serialised(props);
}

common::Bytes registration_payload(const ClientIdentity& identity) {
    ClientPayload payload = common_payload(identity, false);
    auto& data = *payload.mutable_device_pairing_data();
    data.set_e_regid(big_endian(identity.registration_id, 4));
    data.set_e_keytype(big_endian(0x05, 1));
    data.set_e_ident(common::to_string(identity.identity));
    data.set_e_skey_id(big_endian(identity.signed_pre_key_id, 3));
    data.set_e_skey_val(common::to_string(identity.signed_pre_key));
    data.set_e_skey_sig(common::to_string(identity.signed_pre_key_signature));
    const auto& [primary, secondary, build] = identity.version;
    const std::string version = std::to_string(primary) + "." + std::to_string(secondary) + "." + std::to_string(build);
    data.set_build_hash(common::to_string(common::crypto::md5(common::as_bytes(version))));
    data.set_device_props(common::to_string(device_props(identity)));
    return serialised(payload);
}

common::Bytes login_payload(const ClientIdentity& identity, const Jid& own) {
    ClientPayload payload = common_payload(identity, true);
    // A user part that is no number is refused by the server, like any unknown number.
    std::uint64_t number = 0;
    std::from_chars(own.user.data(), own.user.data() + own.user.size(), number);
    payload.set_username(number);
    payload.set_device(own.device);
    payload.set_lc(1);
    payload.set_lid_db_migrated(true);
    return serialised(payload);
}

}  // namespace bridge::whatsapp::pairing
