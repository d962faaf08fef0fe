#include "bridge/convert/worker/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace bridge::convert::worker {
namespace {

void write_all(std::span<const std::uint8_t> bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) std::_Exit(1);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

}  // namespace

void write_record(
    wire::Record record, std::span<const std::uint8_t> head, std::span<const std::uint8_t> body
) noexcept {
    std::uint8_t header[wire::header_bytes];
    header[0] = static_cast<std::uint8_t>(record);
    wire::put(header + 1, head.size() + body.size(), 4);
    write_all(header);
    write_all(head);
    write_all(body);
}

}  // namespace bridge::convert::worker
