"""The gateway under its clients: restarts and bridge absences that nobody notices in the stream of frames."""
import signal
import time

from harness import World, run, wait_for
from websocket import Closed, Follower, WebSocket

ADA = "15550002222"


def world_with_ada():
    world = World()
    world.person(ADA, "Ada")
    world.link()
    world.start_gateway()
    return world


def message_texts(follower):
    return [f["data"]["content"] for f in follower.frames if f["type"] == "message"]


def test_a_websocket_client_resumes_over_gateway_restarts_without_gap_or_repeat():
    world = world_with_ada()
    follower = Follower(world.gateway_port)
    world.sim.post("/load", {"from": ADA, "to": world.phone, "count": 300, "rate": 60, "text_prefix": "m"})
    for round_number in range(4):
        time.sleep(0.7)
        if round_number % 2:
            world.gateway_process.kill()
        else:
            assert world.gateway_process.stop(signal.SIGTERM) == 0
        world.gateway_process.start()
    wait_for("300 messages at the client", lambda: len(message_texts(follower)) >= 300, 60)
    assert len(set(message_texts(follower))) == len(message_texts(follower)) == 300
    numbers = [f["seq"] for f in follower.frames]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "a gap or a repeat in the sequence"
    assert follower.connects >= 4, follower.connects


def test_own_sends_are_frames_with_their_states():
    world = world_with_ada()
    follower = Follower(world.gateway_port)
    sent = world.gateway.post("/api/v1/messages/send", {"recipient": ADA, "text": "seen by all"})
    identifier = sent["result"]["message_id"]
    wait_for("its frame", lambda: "seen by all" in message_texts(follower))
    wait_for("its delivery", lambda: any(
        f["type"] == "message_update" and f["data"]["id"] == identifier and f["data"]["status"] == "delivered"
        for f in follower.frames))


def test_while_the_bridge_is_away_the_gateway_says_so_and_recovers_alone():
    world = world_with_ada()
    follower = Follower(world.gateway_port)
    wait_for("the client", lambda: follower.connects == 1)
    world.bridge_process.kill()
    status, body, headers = world.gateway.call("GET", "/chats")
    assert status == 503 and "Retry-After" in headers and len(body["detail"]) > 20, (status, body, headers)
    assert world.gateway.get("/health")["status"] == "healthy"
    world.start_bridge()
    wait_for("the gateway to recover", lambda: world.gateway.call("GET", "/chats")[0] == 200)
    world.sim.post(f"/accounts/{ADA}/send", {"to": world.phone, "text": "back again"})
    wait_for("a new frame on the old connection", lambda: "back again" in message_texts(follower))
    assert follower.connects == 1


def test_a_cursor_from_the_future_is_refused():
    world = world_with_ada()
    connection = WebSocket(world.gateway_port, "/ws/messages?since=999999999")
    try:
        for _ in range(10):
            connection.receive()
    except Closed as closed:
        assert closed.code >= 4000 or closed.code == 1008, closed
    else:
        raise AssertionError("the connection was kept")


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
