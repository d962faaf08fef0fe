/// Linking a companion: the server's and the phone's side of QR and code pairing (protocol part 1, sections 6.6
/// and 7.4).
#pragma once

#include "common/async/async.hpp"
#include "common/clock/clock.hpp"
#include "tests/simulator/adv.hpp"
#include "tests/simulator/connection.hpp"
#include "tests/simulator/router.hpp"

#include <map>
#include <memory>
#include <optional>

namespace simulator {

enum class PairingErrc { bad_qr = 1, unknown_ref, key_mismatch, no_request, wrong_code, refused, no_answer };
common::ErrcInfo describe(PairingErrc code) noexcept;

/// What a new companion said about itself in its registration payload.
struct Registration {
    common::crypto::PublicKey noise{};
    PublishedKeys keys;
    std::string platform;
};

class Pairing {
public:
    Pairing(
        common::asio::any_io_executor executor,
        Registry& registry,
        Router& router,
        const Faults& faults,
        NodeLog& log,
        const common::Clock& clock
    );

    /// A connection that wants to be linked: gets six refs.
    void begin(Connection& connection, Registration registration);
    void forget(Connection& connection);
    /// IQs of a connection in linking; false for what is none of ours.
    bool handle(Connection& connection, const Node& iq);

    /// The phone of `account` scans; the device number once the companion has signed.
    common::asio::awaitable<common::Result<std::uint16_t>> scan(Account& account, std::string qr);
    /// The phone's user types the code the companion shows.
    common::asio::awaitable<common::Result<std::uint16_t>> enter_code(Account& account, std::string code);

private:
    struct Link;
    using LinkPtr = std::shared_ptr<Link>;

    void send(Link& link, const Node& node);
    void companion_hello(Link& link, const Node& iq, const Node& request);
    void companion_finish(Link& link, const Node& iq, const Node& request);
    void offer(Link& link, Account& account, ByteView adv_secret);
    void signed_by_companion(Link& link, const Node& iq);
    common::asio::awaitable<common::Result<std::uint16_t>> outcome(LinkPtr link);

    common::asio::any_io_executor executor_;
    Registry& registry_;
    Router& router_;
    const Faults& faults_;
    NodeLog& log_;
    const common::Clock& clock_;
    std::map<Connection*, LinkPtr> links_;
    std::uint64_t last_id_{0};
};

}  // namespace simulator
