#include "bridge/app/counters.hpp"

namespace bridge::app {

using whatsapp::client::Counters;

ClientMetrics::ClientMetrics(const whatsapp::client::Client& client)
    : client_{client}, online_{registry_.gauge("wa_online", "1 while logged in to WhatsApp")} {
    const auto add = [&](const char* name, const char* help, std::uint64_t Counters::*field) {
        totals_.push_back(Total{registry_.counter(name, help), field});
    };
    add("wa_messages_opened_total", "messages received and opened", &Counters::messages_opened);
    add("wa_messages_duplicate_total", "messages received again", &Counters::duplicates);
    add("wa_messages_undecryptable_total", "messages that could not be opened at once", &Counters::undecryptable);
    add("wa_protocol_refused_total", "own-device messages from somebody else, dropped", &Counters::refused_protocol);
    add("wa_messages_sent_total", "message stanzas sent", &Counters::sent);
    add("wa_messages_acknowledged_total", "sends acknowledged by the server", &Counters::acknowledged);
    add("wa_send_failures_total", "sends refused or impossible", &Counters::send_failures);
    add("wa_sends_unconfirmed_total", "sends without acknowledgement in time", &Counters::unconfirmed);
    add("wa_retries_answered_total",
        "messages sent again because a device could not open them",
        &Counters::retries_answered);
    add("wa_connects_total", "attempts to connect", &Counters::connects);
}

std::string ClientMetrics::render() {
    const Counters now = client_.counters();
    for (Total& total : totals_) {
        const std::uint64_t value = now.*total.field;
        // Counters of the client restart with a new link; a Prometheus counter only grows.
        if (value > total.seen) total.counter.add(static_cast<double>(value - total.seen));
        total.seen = value;
    }
    online_.set(client_.status().state == whatsapp::events::LinkState::online ? 1 : 0);
    return registry_.render();
}

void ClientMetrics::request_answered(
    std::string_view method, std::string_view route, unsigned status, std::chrono::nanoseconds took
) {
    const std::string path = route.empty() ? "other" : std::string{route};
    const std::string kind = std::to_string(status / 100) + "xx";
    registry_
        .counter(
            "http_requests_total",
            "requests answered",
            {{"method", std::string{method}}, {"route", path}, {"status", kind}}
        )
        .add();
    registry_.histogram(
                 "http_request_seconds", "time to answer", common::metrics::latency_buckets(), {{"route", path}}
    ).observe(std::chrono::duration<double>(took).count());
}

}  // namespace bridge::app
