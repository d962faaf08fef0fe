"""Groups with our bridge in them: three accounts of two companions each, of three makers, beside their phones."""
import sqlite3

from harness import Skipped, World, run, wait_for
from ours import Ours

BEN, MIA, LEO = "15550003333", "15550004444", "15550005555"


class Party:
    """Our account and two others, each with two companions; every maker is there at least once more than ours."""

    def __init__(self):
        self.world = world = World()
        world.link()
        self.me = Ours.first(world)
        self.ben = world.baileys(BEN, "Ben")
        self.ours = [self.me, Ours.another(world, MIA, "Mia")]
        self.baileys = [world.baileys(world.phone, "Me"), self.ben]
        self.whatsmeow, self.lacking = [], None
        try:
            self.whatsmeow = [world.whatsmeow(BEN, "Ben"), world.whatsmeow(MIA, "Mia")]
        except Skipped as reason:
            self.lacking = str(reason)
        self.all = self.ours + self.baileys + self.whatsmeow

    def group(self, subject="Trip", mode="lid", members=(BEN, MIA)):
        made = self.world.sim.post("/groups", {
            "creator": self.world.phone, "subject": subject, "members": list(members), "addressing_mode": mode})
        return made["jid"]

    def finish(self):
        """Says loudly when a maker was missing."""
        self.world.close()
        if self.lacking:
            raise Skipped(f"passed without whatsmeow: {self.lacking}")


def bare(jid):
    """Without the device."""
    user, _, server = jid.partition("@")
    return f"{user.split(':')[0]}@{server}"


def seen(reader, id):
    """What a companion shows of a message, in common words."""
    got = reader.message(id)
    if reader.maker == "bridge":
        return {"text": got["content"], "chat": got["chat_jid"], "from_me": got["is_from_me"],
                "sender": {got["sender"], got.get("sender_lid")}}
    return {"text": got["text"], "chat": got["chat"], "from_me": got["fromMe"],
            "sender": {bare(name) for name in (got["sender"], got.get("sender_alt")) if name}}


def check_seen(group, writer, id, text, readers):
    for reader in readers:
        if reader is writer:
            continue
        got = seen(reader, id)
        assert got["text"] == text and got["chat"] == group, (reader.maker, reader.name, got)
        assert got["from_me"] == (reader.phone == writer.phone), (reader.maker, reader.name, got)
        assert got["sender"] & writer.jids(), (reader.maker, reader.name, got, writer.jids())


def talk(group, people, word):
    """One after the other says something that all others must see: as it is, from whom it is, copies on own devices too."""
    for writer in people:
        text = f"{word}: {writer.name} by {writer.maker}"
        check_seen(group, writer, writer.send(group, text), text, people)


def texts_in(reader, group):
    """All texts that a companion has of the group, in its order."""
    if reader.maker == "bridge":
        return [m["content"] for m in reader.stored(group)]
    return [m["text"] for m in reader.messages() if m["chat"] == group and m.get("text") and not m.get("stub")]


def burst(group, people, count):
    """Everybody writes `count` texts; everybody gets each of them once, in the order of its writer."""
    for number in range(count):
        for writer in people:
            writer.send(group, f"burst {number} {writer.name} by {writer.maker}")
    for reader in people:
        for writer in people:
            if writer is reader:
                continue
            wanted = [f"burst {number} {writer.name} by {writer.maker}" for number in range(count)]
            ending = f"{writer.name} by {writer.maker}"
            def got():
                return [text for text in texts_in(reader, group) if text.startswith("burst") and text.endswith(ending)]
            wait_for(f"{ending}'s texts at {reader.name}'s {reader.maker}", lambda: len(got()) >= count)
            assert got() == wanted, (reader.name, reader.maker, got())


def test_everybody_talks():
    party = Party()
    for mode in ("lid", "pn"):
        group = party.group(f"Trip by {mode}", mode)
        talk(group, party.all, "with keys")
        talk(group, party.all, "without")
        burst(group, party.all, 5)
    party.finish()


def told(world, phone, device, type="w:gp2"):
    """How many notifications of that type a device has confirmed."""
    return sum(1 for line in world.sim.get("/log") if line["phone"] == phone and line["device"] == device and
               line["direction"] == "in" and line["outline"].startswith("<ack") and f'type="{type}"' in line["outline"])


def sent_by(world, ours, id):
    """The outline of what our bridge sent with that id."""
    ours.wait_status(id, "sent", "delivered", "read")
    return next(line["outline"] for line in world.sim.get("/log") if line["phone"] == ours.phone and line["device"] == 1
                and line["direction"] == "in" and line["outline"].startswith(f'<message id="{id}"'))


def change(party, group, action, phone):
    """Our bridges have heard of it when this returns."""
    world = party.world
    before = {ours: told(world, ours.phone, 1) for ours in party.ours}
    world.sim.post(f"/groups/{group}/{action}", {"members": [phone]})
    for ours in party.ours:
        wait_for(f"{ours.name}'s bridge to hear of the change", lambda: told(world, ours.phone, 1) > before[ours])


def test_people_come_and_go_in_the_middle_of_traffic():
    party = Party()
    world, group = party.world, party.group()
    leo = world.baileys(LEO, "Leo")
    talk(group, party.all, "before")
    writers = [party.me, party.ben]
    texts = []

    def write(count):
        """Not waiting for anything; the ids."""
        ids = []
        for _ in range(count):
            for writer in writers:
                texts.append(f"text {len(texts)}")
                ids.append(writer.send(group, texts[-1]))
        return ids

    for round in range(2):
        unheard = write(3)
        world.sim.post(f"/groups/{group}/add", {"members": [LEO]})
        heard = write(5)
        for id in heard:
            leo.message(id, chat=group)
        leo_writes = leo.send(group, f"Leo is here {round}")
        check_seen(group, leo, leo_writes, f"Leo is here {round}", party.all)
        change(party, group, "remove", LEO)
        key = party.me.send(group, f"he is gone {round}")
        assert "<participants>" in sent_by(world, party.me, key), "the sender key was not changed"
        unheard += [key, *write(3)]
        for reader in party.all:
            for place, writer in enumerate(writers):
                if reader is writer:
                    continue
                wanted = texts[place::len(writers)]
                def got():
                    return [text for text in texts_in(reader, group) if text in wanted]
                wait_for(f"all that {writer.name} wrote at {reader.name}'s {reader.maker}", lambda: len(got()) >= len(wanted))
                assert got() == wanted, (reader.name, reader.maker, got())
        assert not {m["id"] for m in leo.messages() if not m.get("stub")} & set(unheard), "the removed one reads on"
    party.finish()


def forget(ours, *tables):
    """The bridge loses those keys, as after a damaged disk."""
    assert ours.process.stop() == 0
    with sqlite3.connect(f"{ours.data}/whatsapp.db") as keys:
        for table in tables:
            assert keys.execute(f"DELETE FROM {table}").rowcount > 0, f"there was nothing in {table}"
    ours.start()


def test_lost_and_damaged_keys_heal():
    party = Party()
    world, group = party.world, party.group()
    talk(group, party.all, "before")
    forget(party.me, "sender_keys")
    talk(group, party.all, "without sender keys")
    forget(party.me, "sessions")
    talk(group, party.all, "without sessions")
    forget(party.me, "sessions", "sender_keys", "key_holders")
    talk(group, party.all, "without anything")
    for peer in party.baileys + party.whatsmeow:
        if peer.phone != world.phone:
            peer.api.post("/corrupt", {"jid": f"{world.phone}@s.whatsapp.net"})
    talk(group, party.all, "peers without sessions")
    for fault in ({"drop_skdm": True}, {"late_skdm": True}, {"skmsg_first": True}):
        group = party.group(f"Trip with {fault}")
        world.sim.post("/faults", fault)
        for writer in party.all:
            texts = [f"{number} {writer.name} {writer.maker}" for number in range(2)]
            ids = [writer.send(group, text) for text in texts]
            for id, text in zip(ids, texts):
                check_seen(group, writer, id, text, party.all if writer in party.ours else party.ours)
        world.sim.post("/faults/reset", {})
    for _ in range(2):
        world.sim.post("/faults", {"flip_bit_next": {"to_phone": world.phone}})
        talk(group, [party.ben, party.me], "damaged")
    world.sim.post(f"/accounts/{BEN}/forget-sender-key", {"group": group, "author": world.phone})
    id = party.me.send(group, "once more")
    wait_for("it at Ben's phone", lambda: id in {m["id"] for m in world.sim.get(f"/accounts/{BEN}/messages")})
    party.finish()


def test_devices_come_and_go_in_the_middle_of_a_conversation():
    world = World()
    world.link()
    me = Ours.first(world)
    ben = world.baileys(BEN, "Ben")
    world.person(MIA, "Mia")
    group = world.sim.post("/groups", {"creator": MIA, "subject": "Trip", "members": [world.phone, BEN]})["jid"]
    talk(group, [me, ben], "two")
    # A bridge is linked to Ben's account: it hears of everything from now on, in the group and in the direct chat.
    new = Ours.another(world, BEN, "Ben")
    talk(group, [me, ben, new], "three")
    id = me.send(BEN, "to both of Ben's")
    for reader in (ben, new):
        assert seen(reader, id)["text"] == "to both of Ben's"
    id = new.send(world.phone, "from the new one")
    assert seen(me, id)["text"] == "from the new one" and seen(ben, id)["from_me"]
    # One more for our own account: copies of what our bridge writes.
    own = Ours.another(world, world.phone, "Me")
    talk(group, [me, ben, new, own], "four")
    id = me.send(BEN, "copied")
    got = own.message(id, content="copied")
    assert got["is_from_me"] and got["chat_jid"] == f"{BEN}@s.whatsapp.net", got
    # Both leave.
    device = max(d["device"] for d in world.sim.get("/devices") if d["phone"] == BEN)
    world.sim.post(f"/accounts/{BEN}/unlink", {"device": device})
    wait_for("the bridge to see that it was unlinked", lambda: new.bridge.get("/api/session")["state"] == "logged_out")
    talk(group, [me, ben, own], "three again")
    own.bridge.post("/api/session/logout")
    talk(group, [me, ben], "two again")
    assert not [m for m in new.stored(group) if "again" in m["content"]]


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
