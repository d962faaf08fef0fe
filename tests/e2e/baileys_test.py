"""The bridge against a real third-party client: unmodified Baileys 7.0.0-rc14, linked to the simulator like the bridge."""
from harness import World, run, wait_for

BOB = "15550003333"
COUNT = 100


def world_with_bob(method="qr"):
    world = World()
    world.link()
    bob = world.baileys(BOB, "Bob", method)
    return world, bob


def stored(world, limit=300):
    status, body, _ = world.bridge.call("GET", f"/api/chats/{BOB}@s.whatsapp.net/messages?limit={limit}")
    return body[::-1] if status == 200 else []


def received_texts(world):
    return [m["content"] for m in stored(world) if not m["is_from_me"]]


def own(world):
    return [m for m in stored(world) if m["is_from_me"]]


def test_hundred_texts_each_way_in_order_and_receipts_reach_both():
    world, bob = world_with_bob()
    to_bridge = [f"to the bridge {i} — ¿qué tal? 你好" for i in range(COUNT)]
    to_bob = [f"to Bob {i} 👋" for i in range(COUNT)]
    ids = []
    for out, back in zip(to_bridge, to_bob):
        ids.append(bob.send(world.phone, out))
        world.bridge.post("/api/send", {"recipient": BOB, "message": back})
    wait_for("all texts at Bob's", lambda: bob.incoming_texts() == to_bob, 90)
    wait_for("all texts at the bridge", lambda: received_texts(world) == to_bridge, 90)
    wait_for("delivery at the bridge", lambda: all(m["status"] in ("delivered", "read") for m in own(world)))
    wait_for("delivery at Bob's", lambda: ids_with_status(bob, "DELIVERY_ACK") >= set(ids))
    last = own(world)[-1]["id"]
    bob.api.post("/read", {"jid": f"{world.phone}@s.whatsapp.net", "ids": [last]})
    wait_for("Bob's read receipt", lambda: own(world)[-1]["status"] == "read")
    steps = world.bridge.get(f"/api/deliveries/{last}")["steps"]
    assert [s["state"] for s in steps if s["state"] in ("queued", "sent", "read")] == ["queued", "sent", "read"], steps
    read = world.bridge.post(f"/api/chats/{BOB}@s.whatsapp.net/read")
    assert read["count"] == COUNT and read["unread_count"] == 0, read
    wait_for("our read receipts at Bob's", lambda: {r["id"] for r in bob.api.get("/receipts") if r.get("status_name") == "READ"} >= set(ids))


def ids_with_status(bob, name):
    return {r["id"] for r in bob.api.get("/receipts") if r.get("status_name") in (name, "READ")}


def test_a_companion_that_linked_by_code_talks_to_the_bridge():
    world, bob = world_with_bob("code")
    bob.send(world.phone, "linked by code")
    wait_for("its text", lambda: received_texts(world) == ["linked by code"])
    world.bridge.post("/api/send", {"recipient": BOB, "message": "welcome"})
    wait_for("the answer", lambda: bob.incoming_texts() == ["welcome"])


def test_a_session_wrecked_at_baileys_heals():
    for mode in ("delete", "damage"):
        world, bob = world_with_bob()
        bob.send(world.phone, "one")
        world.bridge.post("/api/send", {"recipient": BOB, "message": "uno"})
        wait_for("both texts", lambda: received_texts(world) == ["one"] and bob.incoming_texts() == ["uno"])
        bob.api.post("/corrupt", {"jid": f"{world.phone}@s.whatsapp.net", "mode": mode})
        world.bridge.post("/api/send", {"recipient": BOB, "message": "dos"})
        wait_for(f"the text after '{mode}' at Bob's", lambda: "dos" in bob.incoming_texts())
        bob.send(world.phone, "two")
        wait_for(f"the text after '{mode}' at the bridge", lambda: received_texts(world) == ["one", "two"])
        world.close()


def test_a_session_wrecked_at_the_bridge_heals():
    import sqlite3
    world, bob = world_with_bob()
    bob.send(world.phone, "one")
    world.bridge.post("/api/send", {"recipient": BOB, "message": "uno"})
    wait_for("both texts", lambda: received_texts(world) == ["one"] and bob.incoming_texts() == ["uno"])
    assert world.bridge_process.stop() == 0
    keys = sqlite3.connect(world.data + "/whatsapp.db")
    table = [name for (name,) in keys.execute("SELECT name FROM sqlite_master WHERE type='table'") if "session" in name][0]
    keys.execute(f"DELETE FROM {table}")
    keys.commit()
    keys.close()
    world.start_bridge()
    bob.send(world.phone, "two")
    wait_for("the text after the loss", lambda: received_texts(world) == ["one", "two"])
    world.bridge.post("/api/send", {"recipient": BOB, "message": "dos"})
    wait_for("the answer", lambda: bob.incoming_texts() == ["uno", "dos"])


def test_what_baileys_sends_while_the_bridge_is_down_arrives_once():
    world, bob = world_with_bob()
    bob.send(world.phone, "before")
    wait_for("the first text", lambda: received_texts(world) == ["before"])
    world.bridge_process.kill()
    wanted = ["before"] + [f"while down {i}" for i in range(20)]
    for text in wanted[1:]:
        bob.send(world.phone, text)
    world.start_bridge()
    wait_for("all texts, once, in order", lambda: received_texts(world) == wanted)


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
