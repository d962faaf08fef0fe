/// Fetching a file from the web because a client of ours said so, without being used against our own network.
#pragma once

#include "bridge/mediastore/mediastore.hpp"
#include "common/http/client.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace bridge::mediastore {

namespace asio = common::asio;
namespace http = common::http;

struct FetchRules {
    /// "files.example.org", "*.example.org" (not example.org itself), "files.example.org:8443", or "*" for every public
    /// host. Empty: nothing is fetched. Without a port the scheme's own is meant.
    std::vector<std::string> allowed_hosts;
    bool plain_http{false};
    std::uint64_t max_size{100ULL << 20};
    std::chrono::milliseconds stall_timeout{15'000};
    std::chrono::milliseconds deadline{600'000};  ///< of all of it
    unsigned max_redirects{3};
    std::string ca_file;
};

struct Fetched {
    common::files::TempFile file;
    common::crypto::Sha256 sha256{};
    std::uint64_t size{0};
    std::string content_type;  ///< as the server says: not to be trusted
};

class UrlFetcher {
public:
    /// `allow` judges the addresses that names resolve to; what is not public is refused.
    UrlFetcher(
        asio::any_io_executor io,
        asio::any_io_executor worker,
        FetchRules rules,
        http::AddressFilter allow = http::is_public
    );

    /// Fetches into a new temporary file in `folder`. `host_not_allowed` also when a redirect leads to such a host or a
    /// name resolves to nothing but private addresses; `too_large`; `fetch_failed` for other answers than 200.
    asio::awaitable<Result<Fetched>> fetch(std::string url, std::string folder);

    /// Whether the rules allow a URL, before its name is resolved.
    Status check(const std::string& url) const;

private:
    asio::awaitable<Result<Fetched>> follow(std::string url, std::string folder);

    asio::any_io_executor worker_;
    FetchRules rules_;
    http::Client client_;
};

}  // namespace bridge::mediastore
