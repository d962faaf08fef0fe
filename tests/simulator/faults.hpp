/// What the simulator does wrong on request (docs/simulator.md, `POST /faults`).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace simulator {

/// Which link of the Noise certificate chain is broken.
enum class BadCertificate { none, wrong_root, expired, wrong_leaf };

struct Faults {
    std::uint32_t min_build{0};                 ///< older client builds get `<failure reason="405"/>`
    std::map<std::string, int> login_failures;  ///< phone -> reason
    bool drop_acks{false};                      ///< messages are routed, their acks are not sent
    std::chrono::milliseconds ack_delay{0};
    BadCertificate certificate{BadCertificate::none};
    bool tamper_adv{false};  ///< pair-success with a wrong account signature
    bool ignore_pings{false};
    bool duplicate_delivery{false};    ///< every message stanza goes out twice
    std::string flip_bit_next;         ///< phone whose companion gets the next message damaged; then cleared
    int ack_error{0};                  ///< messages are refused with this code
    std::uint64_t ack_errors_left{0};  ///< so many of them; 0 all
    std::string withhold_next;     ///< phone whose companions get `<unavailable>` for the next message; then cleared
    std::string withhold_type;     ///< its `type`; "" for none
    bool phash_mismatch{false};    ///< acks claim other device lists
    bool grouped_receipts{false};  ///< group receipts arrive collected, as `<participants>`
    bool drop_skdm{false};         ///< group messages reach companions without their pairwise encryption
    bool skmsg_first{false};       ///< in group messages the skmsg stands before the pairwise encryption
    bool late_skdm{false};         ///< a group message with a pairwise encryption arrives after the one that follows it
};

}  // namespace simulator
