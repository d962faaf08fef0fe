/// The right to use a data folder, held by one process at a time.
#pragma once

#include "common/result/result.hpp"

#include <string>
#include <utility>

namespace bridge::keystore::detail {

/// An advisory lock on a file beside the database. The kernel gives it back when the process ends, also by SIGKILL; the
/// process id in the file is for people only.
class Lease {
public:
    static common::Result<Lease> take(const std::string& path);
    Lease(Lease&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();

private:
    explicit Lease(int file) noexcept : file_{file} {}
    int file_;
};

/// Makes `path` an ordinary file that only its owner can read or write, empty when it is new.
common::Status make_private(const std::string& path);

}  // namespace bridge::keystore::detail
