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


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
