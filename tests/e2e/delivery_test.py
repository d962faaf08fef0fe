"""What became of messages, as both sides tell it; typing and presence. Our bridge with Baileys and whatsmeow."""
import functools

from harness import Skipped, World, run, wait_for
from ours import Ours

BEN, MIA = "15550003333", "15550004444"


@functools.lru_cache(maxsize=None)
def world():
    return World()


@functools.lru_cache(maxsize=None)
def everybody():
    """Our bridge and its peers, who have written to each other already."""
    here = world()
    here.link()
    ours = Ours.first(here)
    peers = [here.baileys(BEN, "Ben")]
    try:
        peers.append(here.whatsmeow(MIA, "Mia"))
    except Skipped as reason:
        print(f"SKIP all that needs whatsmeow: {reason}", flush=True)
    for peer in peers:
        peer.message(ours.send(peer.phone, "hello"))
        ours.message(peer.send(here.phone, "hello"))
    return ours, peers


def jid(peer):
    return f"{peer.phone}@s.whatsapp.net"


def read_here(ours, chat, *ids):
    return ours.bridge.post(f"/api/chats/{chat}/read", {"message_ids": list(ids)})


@functools.lru_cache(maxsize=None)
def by_number(recipient):
    """A person's number, by whichever address."""
    people = {each.lid(): each.phone for each in everybody()[1]}
    return recipient and people.get(recipient, recipient.split("@")[0])


def steps(ours, id):
    return [(step["state"], by_number(step["recipient"])) for step in ours.delivery(id)["steps"]]


def sent_receipt(ours, id, type):
    """The outline of our receipt of that type for a message."""
    return wait_for(f"our {type} receipt", lambda: next((
        line["outline"] for line in world().sim.get("/log") if line["phone"] == ours.phone and line["device"] == 1
        and line["direction"] == "in" and line["outline"].startswith("<receipt") and f'"{id}"' in line["outline"]
        and f'type="{type}"' in line["outline"]), None))


def test_both_sides_tell_the_same_of_a_direct_message():
    ours, peers = everybody()
    for peer in peers:
        mine = ours.send(peer.phone, "did you get it?")
        ours.wait_status(mine, "delivered")
        peer.message(mine)
        assert steps(ours, mine) == [("queued", None), ("sent", None), ("delivered", peer.phone)], steps(ours, mine)
        peer.read(world().phone, [mine])
        ours.wait_status(mine, "read")
        peer.read(world().phone, [mine], played=True)
        ours.wait_status(mine, "played")
        assert [state for state, _ in steps(ours, mine)] == ["queued", "sent", "delivered", "read", "played"], steps(ours, mine)
        theirs = peer.send(world().phone, "and you?")
        ours.message(theirs)
        peer.wait_status(theirs, "DELIVERY_ACK")
        assert not peer.statuses(theirs) & {"READ", "PLAYED"}, peer.statuses(theirs)
        assert read_here(ours, jid(peer), theirs)["count"] == 1
        peer.wait_status(theirs, "READ")


def test_every_participant_of_a_group_counts_for_itself():
    ours, peers = everybody()
    here = world()
    for mode in ("lid", "pn"):
        group = here.sim.post("/groups", {"creator": here.phone, "subject": f"By {mode}", "addressing_mode": mode,
                                          "members": [peer.phone for peer in peers]})["jid"]
        for grouped in (False, True):
            here.sim.post("/faults", {"grouped_receipts": grouped})
            mine = ours.send(group, "who reads this?")
            for peer in peers:
                peer.message(mine)
                wait_for(f"the delivery to {peer.name}", lambda: ("delivered", peer.phone) in steps(ours, mine))
            for number, peer in enumerate(peers):
                assert ("read", peer.phone) not in steps(ours, mine), steps(ours, mine)
                peer.read(group, [mine], ours.lid() if mode == "lid" else f"{here.phone}@s.whatsapp.net")
                wait_for(f"that {peer.name} read it", lambda: ("read", peer.phone) in steps(ours, mine))
            here.sim.post("/faults/reset", {})  # Baileys does not understand the collected form
            for peer in peers:
                theirs = peer.send(group, "I do")
                ours.message(theirs)
                peer.wait_status(theirs, "DELIVERY_ACK")
                read_here(ours, group, theirs)
                peer.wait_status(theirs, "READ")
                # The writer has the name there that the message bore.
                assert ("@lid" if mode == "lid" else "@s.whatsapp.net") in sent_receipt(ours, theirs, "read")


def test_what_our_other_devices_read_is_read_here():
    ours, peers = everybody()
    peer = peers[0]
    theirs = peer.send(world().phone, "read it on the phone")
    ours.message(theirs)
    unread = ours.bridge.get(f"/api/chats/{jid(peer)}")["unread_count"]
    assert unread >= 1
    world().sim.post(f"/accounts/{world().phone}/read", {"from": peer.phone, "ids": [theirs]})
    wait_for("nothing unread", lambda: ours.bridge.get(f"/api/chats/{jid(peer)}")["unread_count"] == 0)


def test_typing_and_presence_are_told():
    ours, peers = everybody()
    for peer in peers:
        peer.api.post("/presence", {"type": "available"})
        peer.api.post("/watch", {"jid": world().phone})
        ours.bridge.post("/api/presence", {"available": True})
        peer.wait_event("presence", lambda data: data["available"])
        for state, media in (("composing", ""), ("recording", "audio"), ("paused", "")):
            if state == "paused" and peer.maker == "baileys":
                continue  # it takes that for being available
            ours.bridge.post(f"/api/chats/{peer.phone}/typing", {"state": state})
            wanted = "paused" if state == "paused" else "composing"
            peer.wait_event("chat_presence", lambda data: data["state"] == wanted and data["media"] == media)
        ours.bridge.post("/api/presence", {"available": False})
        peer.wait_event("presence", lambda data: not data["available"])


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
