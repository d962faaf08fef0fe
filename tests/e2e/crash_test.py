"""The bridge dies by SIGKILL at random moments under traffic in both directions, with a person and in a group: nothing
lost, nothing doubled."""
import os
import random
import sqlite3
import threading
import time

from harness import EventFollower, World, run, wait_for
from websocket import Follower

ADA, BEN = "15550002222", "15550003333"
KILLS = int(os.environ.get("WA_CRASHES", "50"))


class Sender(threading.Thread):
    """Sends numbered texts through the bridge's API to the chats in turn; repeats a send whose answer got lost, with the same
    idempotency key."""

    def __init__(self, world, chats):
        super().__init__(daemon=True)
        self.world, self.chats, self.sent, self.stopping = world, chats, [], False

    def run(self):
        number = 0
        while not self.stopping:
            body = {"recipient": self.chats[number % len(self.chats)], "message": f"out {number}"}
            try:
                status, answer, _ = self.world.bridge.call("POST", "/api/send", body, {"Idempotency-Key": f"key-{number}"}, timeout=5)
            except Exception:  # the bridge was killed in the middle of it
                time.sleep(0.02)
                continue
            if status != 200:
                time.sleep(0.02)
                continue
            self.sent.append((answer["message_id"], f"out {number}"))
            number += 1
            time.sleep(0.01)


class Writer(threading.Thread):
    """Ada's phone writes numbered texts to the chats in turn, all the time."""

    def __init__(self, world, chats):
        super().__init__(daemon=True)
        self.world, self.chats, self.written, self.stopping = world, chats, [], False

    def run(self):
        while not self.stopping:
            text = f"in {len(self.written)}"
            to = self.chats[len(self.written) % len(self.chats)]
            self.world.sim.post(f"/accounts/{ADA}/send", {"to": to, "text": text})
            self.written.append(text)
            time.sleep(0.015)


def test_fifty_kills_lose_nothing_and_double_nothing():
    seed = int(os.environ.get("WA_SEED", random.randrange(1 << 30)))
    print(f"     seed {seed}", flush=True)
    chance = random.Random(seed)
    world = World()
    world.person(ADA, "Ada")
    world.link()
    ben = world.baileys(BEN, "Ben")
    group = world.sim.post("/groups", {"creator": ADA, "subject": "All", "members": [world.phone, BEN]})["jid"]
    world.start_gateway()
    follower = Follower(world.gateway_port)
    sender = Sender(world, [ADA, group])
    sender.start()
    writer = Writer(world, [world.phone, group])
    writer.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.02, 0.6))
        world.bridge_process.kill()
        world.bridge_process.start()
        # Some kills come before the bridge is up again, some long after.
        if chance.random() < 0.6:
            world.wait_online(60)
    sender.stopping = writer.stopping = True
    sender.join(60)
    writer.join(60)
    world.wait_online(60)
    expected_in = len(writer.written)
    assert expected_in > 100, expected_in

    def stored():
        with sqlite3.connect(f"file:{world.data}/messages.db?mode=ro", uri=True) as db:
            return db.execute("SELECT id, content, is_from_me FROM messages").fetchall()

    def all_in():
        return len([1 for _, text, own in stored() if not own and text.startswith("in")]) >= expected_in

    wait_for(f"all {expected_in} incoming messages in the database", all_in, 120)
    rows = stored()
    incoming = [text for _, text, own in rows if not own]
    assert sorted(incoming) == sorted(writer.written), (len(incoming), len(set(incoming)), expected_in)
    for chat in (f"{ADA}@s.whatsapp.net", group):
        undecrypted = [m for m in world.bridge.get(f"/api/chats/{chat}/messages?limit=1000") if m["status"] == "undecryptable"]
        assert not undecrypted, undecrypted[:3]

    def arrived():
        return [m for m in world.sim.get(f"/accounts/{ADA}/messages") if m["text"].startswith("out")]

    wanted = {identifier for identifier, _ in sender.sent}
    assert len(wanted) > 20, len(wanted)
    wait_for("all accepted sends at Ada's", lambda: {m["id"] for m in arrived()} >= wanted, 120)
    texts = [m["text"] for m in arrived()]
    assert len(texts) == len(set(texts)), "a send arrived twice"
    # Ben is in the group only. His phone has what was written there, once, in the order of its writer.
    to_group = [(identifier, text) for identifier, text in sender.sent if int(text.split()[1]) % 2 == 1]
    in_order = [text for _, text in to_group]

    def at_phone():
        return [m["text"] for m in world.sim.get(f"/accounts/{BEN}/messages") if m["text"].startswith("out")]

    wait_for("the group's texts at Ben's phone", lambda: set(at_phone()) >= set(in_order), 60)
    assert len(at_phone()) == len(set(at_phone())), "Ben's phone has a text twice"
    assert [text for text in at_phone() if text in in_order] == in_order, "out of order in the group"
    # So has his companion, by id: Baileys may open a message before the one that carries its key, fails at the other ("Expected
    # Buffer instead of: Object" for skipped keys), and asks for it again.
    def at_companion():
        return {(m["id"], m["text"]) for m in ben.messages() if not m["fromMe"] and (m.get("text") or "").startswith("out")}

    wait_for("the group's texts at Ben's companion", lambda: at_companion() >= set(to_group), 60)
    assert len({text for _, text in at_companion()}) == len(at_companion()), "a text came under two ids"
    own_rows = {identifier for identifier, _, own in rows if own}
    assert wanted <= own_rows, "an accepted send has no row"

    # Every row has exactly one `message` event, in the log and at the WebSocket client that resumed all the time.
    ids = {identifier for identifier, _, _ in stored()}
    wait_for("the WebSocket client to have caught up", lambda: {
        f["data"]["id"] for f in follower.frames if f["type"] == "message"} >= ids, 60)
    numbers = [f["seq"] for f in follower.frames]
    assert numbers == sorted(set(numbers)), "frames out of order or repeated"
    announced = [f["data"]["id"] for f in follower.frames if f["type"] == "message"]
    assert len(announced) == len(set(announced)), "a message was announced twice"
    log = EventFollower(world.bridge_port)
    wait_for("the whole event log", lambda: log.last >= follower.last)
    logged = [e["seq"] for e in log.events if e["type"] == "message" and e["seq"] <= follower.last]
    assert logged == [f["seq"] for f in follower.frames if f["type"] == "message"], "the event log and the client differ"
    print(f"     {KILLS} kills, {expected_in} in, {len(wanted)} out, {len(numbers)} frames, {follower.connects} connects", flush=True)


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
