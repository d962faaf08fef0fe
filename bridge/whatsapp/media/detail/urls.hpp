/// The URLs of media, made from what messages and the server say; nothing of theirs can point anywhere else (protocol
/// part 2, sections 9.4, 9.5 and 9.7).
#pragma once

#include "bridge/whatsapp/media/media.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bridge::whatsapp::media::detail {

/// A path on a host, with or without a query: begins with one slash, printable ASCII only, of bounded length.
bool is_direct_path(std::string_view path) noexcept;
/// Path and query of an absolute https:// URL; the host is not looked at. Nothing when it is no such URL.
std::optional<std::string> path_of_url(std::string_view url);
/// Where a descriptor's file is, from its direct path or else its URL; `bad_path` when it has neither.
Result<std::string> path_of(const Descriptor& file);

/// `host` is a prefix like "https://mmg.whatsapp.net".
std::string download_url(std::string_view host, std::string_view path, const Descriptor& file);

/// What an upload URL is made of.
struct UploadTarget {
    Type type{Type::document};
    std::string token;
    std::string auth;
    bool newsletter{false};
};
std::string upload_url(std::string_view host, const UploadTarget& target);
/// For deleting a blob of ours; `direct_path` may have a query, `e_handle` may be empty.
std::string delete_url(
    std::string_view host, const UploadTarget& target, std::string_view direct_path, std::string_view e_handle
);

/// Whether a host name of the server can be used: a public DNS name or address, maybe with a port, and nothing else
/// that would change the meaning of a URL.
bool is_public_host(std::string_view name);
/// "localhost", 127.x.x.x or [::1], maybe with a port.
bool is_loopback_host(std::string_view name);
/// A DNS name or address with an optional port, public or not.
bool is_host(std::string_view name);

}  // namespace bridge::whatsapp::media::detail
