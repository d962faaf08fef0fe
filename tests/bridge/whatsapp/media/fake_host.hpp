/// A media host on this machine that does as it is told: keeps uploads, gives files, fails in many ways.
#pragma once

#include "bridge/whatsapp/media/transfers.hpp"
#include "tests/bridge/whatsapp/media/support.hpp"
#include "tests/common/http/support.hpp"

#include <deque>
#include <map>
#include <mutex>

namespace media_test {

namespace asio = common::asio;
namespace http = common::http;
using common::Status;

class FakeHost {
public:
    /// What happens to the next request, one after the other; then all is well.
    struct Fault {
        unsigned status{0};           ///< answer, when not 0
        std::string header;           ///< "Name: value"
        std::size_t cut_after{0};     ///< break the connection after so many bytes of a body, when not 0
        bool no_ranges{false};        ///< whole file although a part was asked for
        bool wrong_range{false};      ///< another part than was asked for
        std::size_t changed_byte{0};  ///< flip a bit of this byte of the body, when not 0
        std::string text;             ///< body of the answer
    };

    FakeHost() : routes_{routes()}, server_{routes_} {}
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

    void fail(Fault fault) {
        const std::lock_guard lock{mutex_};
        faults_.push_back(std::move(fault));
    }
    void put(const std::string& name, Bytes body) {
        const std::lock_guard lock{mutex_};
        files_[name] = std::move(body);
    }
    Bytes file(const std::string& name) {
        const std::lock_guard lock{mutex_};
        return files_[name];
    }
    /// "METHOD target [range]" of every request so far.
    std::vector<std::string> requests() {
        const std::lock_guard lock{mutex_};
        return requests_;
    }

private:
    Fault next(const http::Request& request) {
        const std::lock_guard lock{mutex_};
        std::string line = request.method + ' ' + request.target;
        if (const auto range = request.headers.find("Range")) line.append(" ").append(*range);
        if (request.headers.find("Origin") != "https://web.whatsapp.com") line += " (no origin)";
        requests_.push_back(std::move(line));
        if (faults_.empty()) return {};
        Fault fault = std::move(faults_.front());
        faults_.pop_front();
        return fault;
    }
    static http::Response answer(const Fault& fault) {
        http::Response response{fault.status, "application/json", fault.text};
        if (const auto colon = fault.header.find(": "); colon != std::string::npos) {
            response.headers.set(fault.header.substr(0, colon), fault.header.substr(colon + 2));
        }
        return response;
    }
    asio::awaitable<Result<http::Response>> take(const http::Request& request, http::RequestBody& body) {
        const Fault fault = next(request);
        if (fault.status != 0 && fault.cut_after == 0) co_return answer(fault);
        const std::string token{request.param("token")};
        Bytes file = this->file(token);
        if (request.query_value("resume")) {
            if (is_complete(token)) {
                co_return http::Response{200, "application/json", "{\"resume\":\"complete\"," + place(token) + "}"};
            }
            co_return http::Response{200, "application/json", "{\"resume\":" + std::to_string(file.size()) + "}"};
        }
        const auto offset = std::stoull(std::string{request.query_value("file_offset").value_or("0")});
        if (offset > file.size()) co_return http::Response{400, "text/plain", "offset"};
        file.resize(offset);
        std::size_t taken = 0;
        for (;;) {
            auto piece = co_await body.read();
            if (!piece) co_return piece.error();
            if (piece->empty()) break;
            taken += piece->size();
            common::append(file, common::as_bytes(*piece));
            if (fault.cut_after == 0 || taken < fault.cut_after) continue;
            put(token, std::move(file));
            co_return http::Response{fault.status, "text/plain", ""};
        }
        put("/v/" + token, file);
        put(token, std::move(file));
        complete(token);
        co_return http::Response{200, "application/json", "{" + place(token) + ",\"handle\":\"h1\"}"};
    }
    bool has(const std::string& name) {
        const std::lock_guard lock{mutex_};
        return files_.count(name) != 0;
    }
    bool is_complete(const std::string& token) {
        const std::lock_guard lock{mutex_};
        return complete_[token];
    }
    void complete(const std::string& token) {
        const std::lock_guard lock{mutex_};
        complete_[token] = true;
    }
    static std::string place(const std::string& token) {
        return "\"url\":\"https://mmg.whatsapp.net/v/" + token + "?oh=1\",\"direct_path\":\"/v/" + token + "?oh=1\"";
    }
    asio::awaitable<Result<http::Response>> give(const http::Request& request) {
        const Fault fault = next(request);
        if (fault.status != 0) co_return answer(fault);
        const std::string name = "/v/" + std::string{request.param("name")};
        if (!has(name)) co_return http::Response{404, "text/plain", ""};
        std::string body{common::as_text(file(name))};
        if (fault.changed_byte != 0) body.at(fault.changed_byte) ^= 1;
        http::Response response{200, "application/octet-stream", ""};
        auto range = http::requested_range(request.headers, body.size());
        if (!range) co_return http::Response{416, "text/plain", ""};
        if (*range && !fault.no_ranges) {
            const std::size_t begin = (*range)->begin + (fault.wrong_range ? 1 : 0);
            const std::string whole = std::to_string(body.size());
            body = body.substr(begin);
            response.status = 206;
            response.headers.set(
                "Content-Range",
                "bytes " + std::to_string(begin) + "-" + std::to_string(begin + body.size() - 1) + "/" + whole
            );
        }
        auto source = std::make_shared<http::BodySource>();
        source->size = body.size();
        auto left = std::make_shared<std::string>(body.substr(0, fault.cut_after != 0 ? fault.cut_after : body.size()));
        const bool cuts = fault.cut_after != 0;
        source->read = [left, cuts]() -> asio::awaitable<Result<std::string>> {
            if (left->empty() && cuts) co_return common::Error{common::Errc::unavailable};
            co_return std::exchange(*left, {});
        };
        response.source = source;
        co_return response;
    }
    http::Router routes() {
        http::Router made;
        const auto up = [this](const http::Request& request, http::RequestBody& body) { return take(request, body); };
        made.add_upload("POST", "/mms/{type}/{token}", up, 1ULL << 30);
        made.add_upload("POST", "/newsletter/{type}/{token}", up, 1ULL << 30);
        made.add_upload("DELETE", "/mms/{type}/{token}", up, 1ULL << 30);
        made.add("GET", "/v/{name}", [this](const http::Request& request) { return give(request); });
        return made;
    }

    std::mutex mutex_;
    std::deque<Fault> faults_;
    std::vector<std::string> requests_;
    std::map<std::string, Bytes> files_;
    std::map<std::string, bool> complete_;
    http::Router routes_;
    http_test::RunningServer server_;
};

}  // namespace media_test
