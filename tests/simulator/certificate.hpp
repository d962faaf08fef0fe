/// TLS for the simulator: an own certificate authority and a certificate for 127.0.0.1 and localhost.
#pragma once

#include "common/result/result.hpp"

#include <string>

namespace simulator {

enum class CertificateErrc { openssl = 1, file };
common::ErrcInfo describe(CertificateErrc code) noexcept;

struct TlsFiles {
    std::string ca;           ///< PEM that clients trust
    std::string certificate;  ///< PEM of the server
    std::string key;
};

/// The files in `folder`, made now unless all three are there.
common::Result<TlsFiles> prepare_tls(const std::string& folder);

}  // namespace simulator
