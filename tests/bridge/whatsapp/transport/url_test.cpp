#include "bridge/whatsapp/transport/detail/handshake.hpp"

#include <catch2/catch.hpp>

using bridge::whatsapp::transport::detail::is_safe_url;

TEST_CASE("transport: without TLS only this machine is reached", "[transport]") {
    for (const char* good :
         {"wss://web.whatsapp.com/ws/chat", "ws://localhost:8443/ws/chat", "ws://127.0.0.1/", "ws://[::1]:1/"}) {
        INFO(good);
        CHECK(is_safe_url(good));
    }
    for (const char* bad :
         {"ws://web.whatsapp.com/ws/chat",
          "http://localhost",
          "",
          "ws://",
          "ws://localhost.example.com/",
          "ws://127.0.0.1.example.com/",
          "ws://localhost:x@example.com/",
          "ws://localhost@example.com",
          "ws://[::2]/",
          "ws://[::1",
          "WS://example.com"}) {
        INFO(bad);
        CHECK_FALSE(is_safe_url(bad));
    }
}
