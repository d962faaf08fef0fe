#include "bridge/whatsapp/media/detail/urls.hpp"

#include "common/http/address.hpp"
#include "common/http/message.hpp"

#include <algorithm>
#include <charconv>

namespace bridge::whatsapp::media::detail {
namespace {

namespace http = common::http;

constexpr std::size_t longest_path = 4096;
constexpr std::size_t longest_name = 253;

bool is_url_character(char c) noexcept { return c > ' ' && c < 0x7F && c != '#' && c != '\\' && c != '"'; }

bool is_alphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_port(std::string_view text) noexcept {
    unsigned port = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    return code == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65536;
}

/// Name or address without port and brackets; nothing when the text is neither.
std::optional<std::string_view> without_port(std::string_view text) {
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        const auto rest = text.substr(close + 1);
        if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
        return text.substr(1, close - 1);
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return text;
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    return text.substr(0, colon);
}

bool is_dns_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > longest_name || name.front() == '.' || name.front() == '-') return false;
    return std::all_of(name.begin(), name.end(), [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; });
}

/// Ends in a label of digits: an address in one of its short forms ("127.1"), which only some readers take for one.
bool looks_like_an_address(std::string_view name) noexcept {
    const auto label = name.substr(name.rfind('.') + 1);
    return std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_direct_path(std::string_view path) noexcept {
    if (path.size() < 2 || path.size() > longest_path || path.front() != '/' || path[1] == '/') return false;
    return std::all_of(path.begin(), path.end(), is_url_character);
}

std::optional<std::string> path_of_url(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (!url.starts_with(scheme)) return std::nullopt;
    const auto slash = url.find('/', scheme.size());
    if (slash == std::string_view::npos || !is_direct_path(url.substr(slash))) return std::nullopt;
    return std::string{url.substr(slash)};
}

Result<std::string> path_of(const Descriptor& file) {
    if (!file.direct_path.empty()) {
        if (!is_direct_path(file.direct_path)) return Errc::bad_path;
        return file.direct_path;
    }
    auto path = path_of_url(file.url);
    if (!path) return Errc::bad_path;
    return std::move(*path);
}

std::string download_url(std::string_view host, std::string_view path, const Descriptor& file) {
    std::string url{host};
    url.append(path);
    const Bytes& hash = file.file_enc_sha256.empty() ? file.file_sha256 : file.file_enc_sha256;
    char separator = path.find('?') == std::string_view::npos ? '?' : '&';
    const auto add = [&](std::string_view parameter) {
        url += std::exchange(separator, '&');
        url.append(parameter);
    };
    if (file.media_key.empty()) return url;
    if (!hash.empty()) add("hash=" + token_of(hash));
    add("mms-type=" + std::string{mms_type(file.type)});
    add("__wa-mms=");
    return url;
}

std::string upload_url(std::string_view host, const UploadTarget& target) {
    std::string url{host};
    url.append(target.newsletter ? "/newsletter/newsletter-" : "/mms/").append(mms_type(target.type));
    url.append("/").append(target.token);
    url.append("?auth=").append(http::percent_encode(target.auth));
    url.append("&token=").append(http::percent_encode(target.token));
    return url;
}

std::string delete_url(
    std::string_view host, const UploadTarget& target, std::string_view direct_path, std::string_view e_handle
) {
    const auto path = direct_path.substr(0, direct_path.find('?'));
    std::string url = upload_url(host, target);
    url.append("&d_md=").append(common::to_base64url(common::as_bytes(path)));
    if (!e_handle.empty()) url.append("&e_handle=").append(http::percent_encode(e_handle));
    return url;
}

bool is_host(std::string_view name) {
    const auto bare = without_port(name);
    if (!bare) return false;
    return name.starts_with('[') ? http::parse_address(*bare).has_value() : is_dns_name(*bare);
}

bool is_public_host(std::string_view name) {
    if (!is_host(name)) return false;
    const auto bare = *without_port(name);
    if (const auto address = http::parse_address(bare)) return http::is_public(*address);
    return bare.find('.') != std::string_view::npos && !bare.ends_with('.') && !looks_like_an_address(bare) &&
           !bare.ends_with(".localhost") && !bare.ends_with(".local") && !bare.ends_with(".internal");
}

bool is_loopback_host(std::string_view name) {
    if (!is_host(name)) return false;
    const auto bare = *without_port(name);
    if (bare == "localhost") return true;
    const auto address = http::parse_address(bare);
    return address && address->is_loopback();
}

}  // namespace bridge::whatsapp::media::detail
