/// Which hosts take and give media, and with which token (protocol part 2, section 9.1).
#pragma once

#include "bridge/whatsapp/binary/node.hpp"
#include "bridge/whatsapp/media/media.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace bridge::whatsapp::media {

/// A host as the server names it: a DNS name or an address, maybe with a port. Never a URL.
struct Host {
    std::string name;
    bool fallback{false};
    std::vector<std::string> uploads;    ///< what it takes ("image"); empty: everything
    std::vector<std::string> downloads;  ///< what it gives; empty: everything
};

struct MediaConn {
    std::string auth;  ///< opaque; part of upload URLs
    std::chrono::seconds ttl{0};
    std::chrono::seconds auth_ttl{0};
    std::vector<Host> hosts;  ///< in the order in which they are to be tried; never empty

    /// How long it may be used after it was fetched.
    std::chrono::seconds lifetime() const noexcept { return std::min(ttl, auth_ttl); }
};

/// Asks for the hosts (stanza::Iq::ask).
/// Wire: <iq xmlns="w:m" type="set" to="s.whatsapp.net"><media_conn/></iq>
///    -> <iq type="result"><media_conn auth ttl auth_ttl max_buckets><host hostname [type]/>...</media_conn></iq>
struct MediaConnQuery {
    using Reply = MediaConn;
    Node request() const;
    /// Hosts with unusable names are left out; `bad_answer` without a token, `no_hosts` when none is left.
    static Result<Reply> parse(const Node& iq);
};

/// Which hosts may be talked to, and how. WhatsApp's own answers are followed only to public HTTPS hosts; a host of
/// this machine, or plain HTTP, has to be configured (`--media-host`).
class HostPolicy {
public:
    /// "" follows the server's answers. Else `[https://|http://]host[:port]`, or several of them with commas between,
    /// which then take the place of all hosts; `http://` only for loopback (`bad_path` otherwise).
    static Result<HostPolicy> create(const std::string& media_host);

    /// URL prefixes ("https://media-x.cdn.whatsapp.net") in the order to try: hosts that say they do `type` first.
    /// Downloads end with mmg.whatsapp.net, which has everything.
    std::vector<std::string> for_upload(const MediaConn& conn, Type type) const;
    std::vector<std::string> for_download(const MediaConn& conn, Type type) const;

private:
    std::vector<std::string> configured_;  ///< URL prefixes that replace all hosts; none: follow the server
};

}  // namespace bridge::whatsapp::media
