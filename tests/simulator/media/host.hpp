/// The media hosts: uploads with token and authorisation, resumption, downloads with ranges, files that are gone, and
/// trouble on request (protocol part 2, sections 9.4 and 9.5).
#pragma once

#include "common/http/server.hpp"
#include "tests/simulator/media/store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace simulator::media {

enum class Side { primary, fallback };

/// What goes wrong, in one direction.
struct Trouble {
    unsigned fail{0};  ///< so many requests get `status`
    unsigned status{503};
    unsigned retry_after{0};     ///< seconds in the refusal's Retry-After; 0 none
    unsigned cuts{0};            ///< so many transfers break off ...
    std::uint64_t cut_after{0};  ///< ... after so many bytes of the body
    unsigned corrupt{0};         ///< so many downloads have one bit flipped
    bool primary_only{false};    ///< the fallback host is well
};

class Host {
public:
    /// Largest body that is taken.
    static constexpr std::uint64_t most_bytes = 4ULL << 30;

    /// Files are written and read on `worker`.
    Host(common::asio::any_io_executor worker, std::string folder)
        : worker_{std::move(worker)}, store_{std::move(folder)} {}

    /// The routes of one of the hosts; both have the same files.
    void install(common::http::Router& routes, Side side);
    /// Where clients find the hosts: "127.0.0.1:4711".
    void set_addresses(std::string primary, std::string fallback);
    const std::string& address(Side side) const noexcept { return side == Side::primary ? primary_ : fallback_; }
    /// On the primary host.
    std::string url(const std::string& path) const { return "https://" + primary_ + path; }
    /// Hosts that clients are told of, first, and that nobody is at.
    std::vector<std::string>& dead_hosts() noexcept { return dead_hosts_; }
    /// A token for uploads, as `media_conn` gives it.
    std::string authorise();
    /// No token of before is good any more: uploads get 401.
    void revoke_authorisations() { authorised_.clear(); }

    Store& store() noexcept { return store_; }
    Trouble& uploads() noexcept { return uploads_; }
    Trouble& downloads() noexcept { return downloads_; }
    const common::asio::any_io_executor& worker() const noexcept { return worker_; }

private:
    using Request = common::http::Request;
    using Response = common::http::Response;
    using Answer = Result<Response>;
    /// An upload that is not complete, kept for resumption.
    using Partial = std::shared_ptr<Incoming>;

    common::asio::awaitable<Answer> upload(const Request& request, common::http::RequestBody& body, Side side);
    common::asio::awaitable<Answer> download(const Request& request, Side side);
    Answer remove(const Request& request);
    Response stored(const Blob& blob) const;
    /// The refusal that is due, if any.
    static std::optional<Response> refusal(Trouble& trouble, Side side);
    /// `response` with what is to go wrong on the way.
    Response spoilt(Response response, Side side);

    common::asio::any_io_executor worker_;
    Store store_;
    std::string primary_;
    std::string fallback_;
    std::vector<std::string> dead_hosts_;
    std::set<std::string, std::less<>> authorised_;
    std::map<std::string, Partial> partials_;  ///< by type and token
    Trouble uploads_;
    Trouble downloads_;
};

}  // namespace simulator::media
