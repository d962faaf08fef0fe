"""Every kind of content that needs no file, between Baileys and whatsmeow, in direct chats and in groups."""
import base64
import time

from harness import World, run, wait_for

BEN, MIA = "15550003333", "15550004444"
VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Zoe\nTEL;waid=15550009999:+1 555 000 9999\nEND:VCARD"
START = 1900000000


class Chat:
    """A chat of `writer` and `reader`, by the names that each of them knows it by."""

    def __init__(self, writer, reader, group):
        self.writer, self.reader, self.group = writer, reader, group
        self.to = group or reader.phone

    def send(self, kind, **more):
        return self.writer.send_kind(self.to, kind, **more)

    def answer(self, kind, **more):
        """In the chat of what it is about, under the name that this has there."""
        about = more.get("message") or more.get("quote")
        return self.reader.send_kind(None if about else self.group or self.writer.phone, kind, **more)

    def got(self, id, **wanted):
        return self.reader.message(id, **wanted)

    def there(self, kind, **more):
        id = self.send(kind, **more)
        return id, self.got(id, kind=kind)


def chats():
    """Both directions, direct and in a group."""
    world = World()
    mia, ben = world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")
    group = mia.create_group("Trip", [BEN, world.phone])
    ben.wait_event("group_joined")
    # Each side knows the other's LID from here on, as after any first exchange.
    ben.message(mia.send(BEN, "hello"))
    mia.message(ben.send(MIA, "hello"))
    return [Chat(mia, ben, None), Chat(ben, mia, None), Chat(mia, ben, group), Chat(ben, mia, group)]


def holds(got, **wanted):
    seen = {key: got.get(key) for key in wanted}
    assert seen == wanted, f"{seen} instead of {wanted}"


def test_plain_kinds():
    for chat in chats():
        _, got = chat.there("text", text="a line 👩‍👩‍👧 and\nanother", preview={
            "url": "https://example.org/", "title": "Example", "description": "Of something", "thumbnail": ""})
        holds(got, text="a line 👩‍👩‍👧 and\nanother")
        holds(got["preview"], url="https://example.org/", title="Example", description="Of something")
        _, got = chat.there("location", latitude=52.5, longitude=13.25, name="Gate", address="Square 1")
        holds(got, latitude=52.5, longitude=13.25, name="Gate", address="Square 1")
        _, got = chat.there("live_location", latitude=-33.5, longitude=151.25, accuracy=12, sequence=7, text="on my way")
        holds(got, latitude=-33.5, longitude=151.25, accuracy=12, sequence=7, text="on my way")
        _, got = chat.there("contacts", contacts=[{"name": "Zoe", "vcard": VCARD}])
        holds(got, contacts=[{"name": "Zoe", "vcard": VCARD}])
        two = [{"name": "Zoe", "vcard": VCARD}, {"name": "Zoe too", "vcard": VCARD}]
        _, got = chat.there("contacts", contacts=two, name="2 contacts")
        holds(got, contacts=two, name="2 contacts")
        _, got = chat.there("group_invite", group="120363000000000001@g.us", code="AbCdEf", name="Club", text="join us")
        holds(got, group="120363000000000001@g.us", code="AbCdEf", name="Club", text="join us")
        _, got = chat.there("album", images=2, videos=1)
        holds(got, images=2, videos=1)
        _, got = chat.there("event", name="Dinner", description="Bring wine", start=START, end=START + 3600, place="Home")
        holds(got, name="Dinner", description="Bring wine", start=START, end=START + 3600, location="Home", has_secret=True)


def test_what_is_about_another_message():
    for chat in chats():
        mine = chat.send("text", text="teh text")
        chat.got(mine)
        theirs = chat.answer("text", text="an answer", quote=mine)
        chat.writer.message(theirs)
        holds(chat.writer.message(theirs)["quote"], id=mine, text="teh text")
        _, got = chat.there("reaction", message=theirs, emoji="❤️")
        holds(got["target"], id=theirs)
        holds(got, emoji="❤️")
        _, got = chat.there("reaction", message=theirs, emoji="")
        holds(got, emoji="")
        _, got = chat.there("edit", message=mine, text="the text")
        holds(got, text="the text")
        holds(got["target"], id=mine)
        _, got = chat.there("pin", message=theirs, seconds=604800)
        holds(got, unpin=False, seconds=604800)
        holds(got["target"], id=theirs)
        _, got = chat.there("pin", message=theirs, unpin=True)
        holds(got, unpin=True)
        _, got = chat.there("keep", message=theirs, keep=True)
        holds(got, keep=True)
        _, got = chat.there("revoke", message=mine)
        holds(got["target"], id=mine)
        forwarded = chat.send("forward", message=theirs)
        holds(chat.got(forwarded), kind="text", text="an answer", forwarded=True)


def test_quotes_mentions_and_disappearing_messages():
    for chat in chats():
        first = chat.answer("text", text="who comes?")
        chat.writer.message(first)
        people = [chat.reader.lid() if chat.group else f"{chat.reader.phone}@s.whatsapp.net"]
        id = chat.send("text", text="you do", quote=first, mentions=people, expiration=86400)
        got = chat.got(id, kind="text", text="you do", mentions=people, expiration=86400)
        holds(got["quote"], id=first, text="who comes?", kind="text")
        assert got["quote"]["author"].replace(":1@", "@") in chat.reader.jids(), got
        if not chat.group:
            _, got = chat.there("disappearing", seconds=604800)
            holds(got, seconds=604800)
    chat.reader.api.post("/send", {"to": chat.group, "kind": "disappearing", "seconds": 86400})
    # Baileys shows the new setting of a group as a message.
    wait_for("the group's timer", lambda: any(
        m.get("kind") == "disappearing" and m["chat"] == chat.group and m["seconds"] == 86400 for m in chat.writer.messages()))


def test_polls_are_voted_on_and_counted():
    for chat in chats():
        poll, got = chat.there("poll", question="When?", options=["Monday", "Tuesday", "Never"], selectable=2)
        holds(got, question="When?", options=["Monday", "Tuesday", "Never"], selectable=2, has_secret=True)
        vote = chat.answer("vote", message=poll, options=["Monday", "Never"])
        seen = chat.writer.message(vote, kind="vote")
        assert seen.get("options") == ["Monday", "Never"], seen
        holds(seen["target"], id=poll)
        again = chat.answer("vote", message=poll, options=["Tuesday"])
        chat.writer.message(again, options=["Tuesday"])
        tally = chat.writer.tally(poll)
        assert tally["Monday"] == set() == tally["Never"], tally
        assert len(tally["Tuesday"]) == 1 and tally["Tuesday"] <= chat.reader.jids(), tally
        assert chat.reader.tally(poll)["Tuesday"] <= chat.reader.jids() and chat.reader.tally(poll)["Tuesday"]


def test_events_are_answered():
    for chat in chats():
        event, _ = chat.there("event", name="Dinner", start=START)
        for response in ("going", "maybe", "not_going"):
            id = chat.answer("event_response", message=event, response=response)
            seen = chat.writer.message(id, kind="event_response")
            assert seen.get("response") == response, seen


def test_any_message_goes_out_as_it_is():
    # conversation (1) = "raw text"; then a list message (36) that neither client has a call for
    conversation = b"\x0a\x08raw text"
    chosen = b"\xa2\x02\x0d\x0a\x05Title\x12\x04Body"
    for chat in chats():
        id = chat.send("raw", raw=conversation)
        chat.got(id, kind="text", text="raw text")
        assert conversation in base64.b64decode(chat.reader.api.get(f"/raw?id={id}")["message"])
        chat.got(chat.send("raw", raw=chosen), kind="other", field="listMessage")


def test_presence_and_typing_are_told():
    world = World()
    mia, ben = world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")
    for writer, reader in ((mia, ben), (ben, mia)):
        reader.api.post("/presence", {"type": "available"})
        reader.api.post("/watch", {"jid": writer.phone})
        writer.api.post("/presence", {"type": "available"})
        reader.wait_event("presence", lambda data: data["available"])
        writer.api.post("/presence", {"type": "composing", "to": reader.phone})
        reader.wait_event("chat_presence", lambda data: data["state"] == "composing" and data["media"] == "")
        writer.api.post("/presence", {"type": "recording", "to": reader.phone})
        reader.wait_event("chat_presence", lambda data: data["state"] == "composing" and data["media"] == "audio")
        writer.api.post("/presence", {"type": "unavailable"})
        reader.wait_event("presence", lambda data: not data["available"])


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
