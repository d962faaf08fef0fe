"""The whole line: a scripted phone and a real Baileys client write and read through simulator, bridge and gateway."""
import signal

from harness import EventFollower, World, run, wait_for

ADA = "15550002222"


def texts_of(messages):
    return [m["content"] for m in messages]


def test_a_message_travels_to_rest_and_an_answer_comes_back():
    world = World()
    world.person(ADA, "Ada")
    world.link()
    world.start_gateway()
    world.sim.post(f"/accounts/{ADA}/send", {"to": world.phone, "text": "hello from Ada"})
    chat = f"/api/v1/chats/{ADA}@s.whatsapp.net"
    wait_for("the message on REST", lambda: texts_of(world.gateway.get(chat + "/messages")) == ["hello from Ada"])
    sent = world.gateway.post("/messages/send", {"recipient": ADA, "text": "hello Ada"})
    assert sent["success"] and sent["result"]["message_id"], sent
    arrived = wait_for("the answer on Ada's phone", lambda: [
        m for m in world.sim.get(f"/accounts/{ADA}/messages") if m["text"] == "hello Ada" and not m["from_me"]])
    assert arrived[0]["id"] == sent["result"]["message_id"]
    wait_for("the delivery state", lambda: world.gateway.get(chat + "/messages")[0]["status"] in ("delivered", "read"))
    assert world.gateway.get(chat)["name"] == "Ada"


def test_messages_that_are_marked_read_are_read_at_their_sender():
    world = World()
    world.person(ADA, "Ada")
    world.link()
    world.start_gateway()
    ids = [world.sim.post(f"/accounts/{ADA}/send", {"to": world.phone, "text": f"text {i}"})["id"] for i in range(3)]
    chat = f"/api/v1/chats/{ADA}@s.whatsapp.net"
    wait_for("three unread messages", lambda: world.gateway.call("GET", chat)[1].get("unread_count") == 3)

    def read_at_ada():
        return {r["id"] for r in world.sim.get(f"/accounts/{ADA}/receipts") if r["type"] == "read"}

    first = world.gateway.post(chat + "/read", {"message_ids": ids[:1]})
    assert first == {"chat_jid": f"{ADA}@s.whatsapp.net", "count": 1, "unread_count": 2}, first
    wait_for("the first receipt at Ada's", lambda: read_at_ada() == set(ids[:1]))
    followed = EventFollower(world.bridge_port)
    rest = world.bridge.post("/api/mark_read", {"chat_jid": f"{ADA}@s.whatsapp.net", "message_ids": []})
    assert rest["success"] and rest["count"] == 2, rest
    wait_for("all receipts at Ada's", lambda: read_at_ada() == set(ids))
    assert world.gateway.get(chat)["unread_count"] == 0
    wait_for("the chat event", lambda: any(
        e["type"] == "chat" and e["data"]["unread_count"] == 0 for e in followed.events))
    followed.stop()


def test_both_programs_end_cleanly_on_sigterm():
    world = World()
    world.link()
    world.start_gateway()
    assert world.gateway_process.stop(signal.SIGTERM) == 0
    assert world.bridge_process.stop(signal.SIGTERM) == 0
    world.start_bridge()
    assert world.state() == "online"


def test_messages_sent_while_the_bridge_is_down_arrive_after_restart_once():
    world = World()
    world.person(ADA, "Ada")
    world.link()
    assert world.bridge_process.stop() == 0
    for i in range(10):
        world.sim.post(f"/accounts/{ADA}/send", {"to": world.phone, "text": f"offline {i}"})
    world.start_bridge()
    path = f"/api/chats/{ADA}@s.whatsapp.net/messages?limit=50"
    wanted = [f"offline {i}" for i in range(10)]
    wait_for("ten messages in order", lambda: texts_of(world.bridge.get(path))[::-1] == wanted)


def test_linking_by_pair_code():
    world = World()
    world.start_bridge(online=False)
    wait_for("a QR code", world.qr)
    code = world.bridge.post("/api/session/pair-code", {"phone": "+" + world.phone})["code"]
    assert len(code) == 9 and code[4] == "-", code
    world.sim.post(f"/accounts/{world.phone}/enter-code", {"code": code})
    world.wait_online()


def test_a_session_that_breaks_heals_by_itself():
    world = World()
    world.person(ADA, "Ada")
    world.link()
    path = f"/api/chats/{ADA}@s.whatsapp.net/messages?limit=50"
    world.sim.post(f"/accounts/{ADA}/send", {"to": world.phone, "text": "before"})
    wait_for("the first message", lambda: texts_of(world.bridge.get(path)) == ["before"])
    world.sim.post(f"/devices/{world.phone}/1/corrupt-session", {"peer": ADA})
    world.sim.post(f"/accounts/{ADA}/send", {"to": world.phone, "text": "after"})
    wait_for("the message that could not be opened at first", lambda: texts_of(world.bridge.get(path)) == ["after", "before"])
    assert world.bridge.get(path)[0]["status"] == "received"


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
