"""Sends that must survive: scheduled, cancelled, repeated with the same key or id, over restarts and SIGKILL."""
import datetime

from harness import World, run, wait_for
from ours import Ours

BEN = "15550003333"


def soon(seconds):
    """A time of day in the form of the API."""
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def bridge_and_phone():
    world = World()
    world.person(BEN, "Ben")
    world.link()
    return world, Ours.first(world)


def texts_at_phone(world):
    return [m["text"] for m in world.sim.get(f"/accounts/{BEN}/messages") if m["text"]]


def crash(ours):
    ours.process.kill()
    ours.start()


def wait_texts(world, *texts):
    wait_for(f"{texts} at Ben's", lambda: texts_at_phone(world) == list(texts))


def test_scheduled_sends_wait_and_are_taken_back():
    world, ours = bridge_and_phone()
    late = ours.send(BEN, "in an hour", send_at=soon(3600))
    taken = ours.send(BEN, "never", send_at=soon(1800))
    due = ours.send(BEN, "in a moment", send_at=soon(8))
    at_once = ours.send(BEN, "at once")
    wait_texts(world, "at once")
    ours.wait_status(at_once, "sent", "delivered")
    wait_for("it to leave the outbox", lambda: at_once not in {w["message_id"] for w in ours.bridge.get("/api/outbox")})
    waiting = ours.bridge.get("/api/outbox")
    assert [(w["message_id"], w["content"], w["status"]) for w in waiting] == [
        (late, "in an hour", "queued"), (taken, "never", "queued"), (due, "in a moment", "queued")], waiting
    assert all(w["send_at"] for w in waiting), waiting
    status, answer, _ = ours.bridge.call("DELETE", f"/api/outbox/{taken}")
    assert status == 200 and answer["status"] == "cancelled", answer
    assert ours.bridge.call("DELETE", f"/api/outbox/{taken}")[0] == 409
    assert ours.bridge.call("DELETE", f"/api/outbox/{at_once}")[0] == 409
    assert ours.bridge.call("DELETE", "/api/outbox/3EB0NEVERWAS")[0] == 404
    crash(ours)
    wait_texts(world, "at once", "in a moment")
    ours.wait_status(due, "sent", "delivered")
    assert [w["message_id"] for w in ours.bridge.get("/api/outbox")] == [late]
    assert ours.find(taken)["status"] not in ("sent", "delivered", "queued"), ours.find(taken)
    assert [m["content"] for m in ours.stored(f"{BEN}@s.whatsapp.net")].count("in a moment") == 1


def test_a_repeated_key_is_the_same_send_also_after_a_crash():
    world, ours = bridge_and_phone()
    body = {"to": BEN, "text": "once"}
    first = ours.bridge.post("/api/messages", body, {"Idempotency-Key": "key-1"})
    again = ours.bridge.post("/api/messages", body, {"Idempotency-Key": "key-1"})
    crash(ours)
    later = ours.bridge.post("/api/messages", body, {"Idempotency-Key": "key-1"})
    assert first["message_id"] == again["message_id"] == later["message_id"], (first, again, later)
    other = ours.bridge.post("/api/messages", {"to": BEN, "text": "another"}, {"Idempotency-Key": "key-2"})
    assert other["message_id"] != first["message_id"]
    wait_texts(world, "once", "another")


def test_an_id_of_the_client_is_used_once_also_after_a_crash():
    world, ours = bridge_and_phone()
    assert ours.send(BEN, "mine", id="MY-OWN-ID.1") == "MY-OWN-ID.1"
    for _ in range(2):
        status, answer, _ = ours.bridge.call("POST", "/api/messages", {"to": BEN, "text": "again", "id": "MY-OWN-ID.1"})
        assert status == 409, answer
        crash(ours)
    wait_texts(world, "mine")
    assert "MY-OWN-ID.1" in {m["id"] for m in world.sim.get(f"/accounts/{BEN}/messages")}


def test_what_is_accepted_offline_goes_out_in_order_after_a_crash():
    world, ours = bridge_and_phone()
    group = world.sim.post("/groups", {"creator": BEN, "subject": "Trip", "members": [world.phone]})["jid"]
    ours.send(group, "hello")
    wait_texts(world, "hello")
    assert world.simulator.stop() == 0
    wait_for("the bridge to see it", lambda: world.state() != "online")
    wanted = []
    for number in range(5):
        for chat in (BEN, group):
            wanted.append(f"offline {number} to {'Ben' if chat == BEN else 'all'}")
            ours.send(chat, wanted[-1])
    ours.process.kill()
    world.simulator.start()
    wait_for("the simulator", lambda: world.sim.get("/info"))
    ours.start()
    def arrived():
        return [text for text in texts_at_phone(world) if text.startswith("offline")]
    wait_for("all of it", lambda: len(arrived()) >= len(wanted))
    for ending in ("to Ben", "to all"):
        got = [text for text in arrived() if text.endswith(ending)]
        assert got == [text for text in wanted if text.endswith(ending)], got


def test_refused_and_unacknowledged_sends_are_told_apart():
    world, ours = bridge_and_phone()
    ours.send(BEN, "fine")
    wait_texts(world, "fine")
    for code in (400, 463, 479):
        world.sim.post("/faults", {"ack_error": code, "ack_errors_left": 1})
        id = ours.send(BEN, f"refused with {code}")
        ours.wait_status(id, "failed")
        reasons = [step["reason"] for step in ours.delivery(id)["steps"] if step["state"] == "failed"]
        assert len(reasons) == 1 and str(code) in reasons[0], reasons
    world.sim.post("/faults", {"ack_error": 503, "ack_errors_left": 1})
    id = ours.send(BEN, "later")
    ours.wait_status(id, "delivered")
    wait_texts(world, "fine", "later")
    status, answer, _ = ours.bridge.call("POST", "/api/messages", {"to": "15559990000", "text": "nobody there"})
    assert status == 404, answer


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
