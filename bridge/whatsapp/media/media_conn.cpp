#include "bridge/whatsapp/media/media_conn.hpp"

#include "bridge/whatsapp/media/detail/urls.hpp"

namespace bridge::whatsapp::media {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_auth = 8192;
constexpr std::size_t most_hosts = 32;
constexpr std::size_t most_types = 64;
constexpr auto shortest_ttl = 30s;  ///< a server that says less would be asked before each file
constexpr std::chrono::seconds longest_ttl = 24h;

constexpr std::string_view everything_host = "https://mmg.whatsapp.net";

std::chrono::seconds ttl_in(const Node& node, std::string_view key, std::chrono::seconds otherwise) {
    const auto said = node.number(key);
    if (!said) return otherwise;
    const auto most = static_cast<std::uint64_t>(longest_ttl.count());
    return std::max<std::chrono::seconds>(shortest_ttl, std::chrono::seconds{std::min(*said, most)});
}

std::vector<std::string> types_in(const Node& host, std::string_view list) {
    std::vector<std::string> types;
    const Node* node = host.child(list);
    if (node == nullptr) return types;
    for (const Node& type : node->children()) {
        if (types.size() < most_types) types.push_back(type.tag);
    }
    return types;
}

bool does(const std::vector<std::string>& types, std::string_view type) {
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

/// The URL prefix of a host that the owner has configured.
Result<std::string> configured_host(std::string_view name) {
    constexpr std::string_view plain = "http://";
    constexpr std::string_view secure = "https://";
    const bool is_plain = name.starts_with(plain);
    if (is_plain) name.remove_prefix(plain.size());
    if (!is_plain && name.starts_with(secure)) name.remove_prefix(secure.size());
    if (name.ends_with('/')) name.remove_suffix(1);
    if (!detail::is_host(name)) return Error{Errc::bad_path, "media host"};
    if (is_plain && !detail::is_loopback_host(name)) return Error{Errc::bad_path, "plain http:// media host"};
    return std::string{is_plain ? plain : secure}.append(name);
}

std::vector<std::string> in_order(const MediaConn& conn, Type type, std::vector<std::string> Host::*types) {
    std::vector<std::string> urls;
    // Those that do not name the type come last: the list knows finer types than the paths.
    for (const bool named : {true, false}) {
        for (const Host& host : conn.hosts) {
            if (!detail::is_public_host(host.name)) continue;
            if (does(host.*types, mms_type(type)) == named) urls.push_back("https://" + host.name);
        }
    }
    return urls;
}

}  // namespace

Node MediaConnQuery::request() const {
    Node iq{"iq", {{"type", "set"}, {"xmlns", "w:m"}, {"to", Jid::whatsapp_server()}}};
    iq.add(Node{"media_conn"});
    return iq;
}

Result<MediaConn> MediaConnQuery::parse(const Node& iq) {
    const Node* node = iq.child("media_conn");
    if (node == nullptr) return Error{Errc::bad_answer, "no media_conn"};
    MediaConn conn;
    conn.auth = node->text("auth");
    if (conn.auth.empty() || conn.auth.size() > longest_auth) return Error{Errc::bad_answer, "media_conn: auth"};
    conn.ttl = ttl_in(*node, "ttl", 1h);
    conn.auth_ttl = ttl_in(*node, "auth_ttl", conn.ttl);
    for (const Node& child : node->children()) {
        if (child.tag != "host" || conn.hosts.size() == most_hosts) continue;
        Host host;
        host.name = child.text("hostname");
        if (!detail::is_host(host.name)) continue;
        host.fallback = child.text("type") == "fallback";
        host.uploads = types_in(child, "upload");
        host.downloads = types_in(child, "download");
        conn.hosts.push_back(std::move(host));
    }
    if (conn.hosts.empty()) return Errc::no_hosts;
    std::stable_partition(conn.hosts.begin(), conn.hosts.end(), [](const Host& host) { return !host.fallback; });
    return conn;
}

Result<HostPolicy> HostPolicy::create(const std::string& media_host) {
    HostPolicy policy;
    std::string_view rest = media_host;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        auto url = configured_host(rest.substr(0, comma));
        if (!url) return url.error();
        policy.configured_.push_back(std::move(*url));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return policy;
}

std::vector<std::string> HostPolicy::for_upload(const MediaConn& conn, Type type) const {
    if (!configured_.empty()) return configured_;
    return in_order(conn, type, &Host::uploads);
}

std::vector<std::string> HostPolicy::for_download(const MediaConn& conn, Type type) const {
    if (!configured_.empty()) return configured_;
    auto urls = in_order(conn, type, &Host::downloads);
    if (std::find(urls.begin(), urls.end(), everything_host) == urls.end()) urls.emplace_back(everything_host);
    return urls;
}

}  // namespace bridge::whatsapp::media
