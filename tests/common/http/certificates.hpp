/// A certificate authority and a server certificate for 127.0.0.1 and localhost, made anew and kept in a folder of
/// files that goes away with this object.
#pragma once

#include <filesystem>
#include <string>

namespace http_test {

class Certificates {
public:
    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;
    std::string ca_file() const { return folder_ / "ca.pem"; }
    std::string server_file() const { return folder_ / "server.pem"; }
    std::string key_file() const { return folder_ / "key.pem"; }

private:
    std::filesystem::path folder_;
};

}  // namespace http_test
