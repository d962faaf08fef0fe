"""Every kind of content without a file between our bridge and the other makers' clients: in direct chats and groups, both ways.

What the peer saw is compared with what our API was given, and what our API shows with what the peer sent. One world for all.
"""
import base64
import functools

from harness import Skipped, World, run, wait_for
from ours import Ours

BEN, MIA = "15550003333", "15550004444"
VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Zoe\nTEL;waid=15550009999:+1 555 000 9999\nEND:VCARD"
START = 1900000000
START_TEXT = "2030-03-17T17:46:40Z"
END_TEXT = "2030-03-17T18:46:40Z"


class Chat:
    """A chat of our bridge and a peer, direct or a group."""

    def __init__(self, ours, peer, group):
        self.ours, self.peer, self.group = ours, peer, group
        self.there = group or peer.phone  # as our API is told
        self.jid = group or f"{peer.phone}@s.whatsapp.net"  # as our API tells
        self.back = group or ours.phone  # as the peer is told

    def __str__(self):
        return f"{self.peer.maker} {'in a group' if self.group else 'directly'}"

    def to_peer(self, kind, **more):
        """From our bridge; the id, and what the peer saw."""
        id = self.ours.send_kind(self.there, kind, **more)
        return id, self.peer.message(id)

    def to_ours(self, kind, **more):
        """From the peer; the id, and what our API shows."""
        about = more.get("message") or more.get("quote")
        id = self.peer.send_kind(None if about else self.back, kind, **more)
        return id, self.ours.message(id)

    def act(self, id, action, **more):
        """Our bridge does something to a message: what the peer saw of it."""
        return self.peer.message(self.ours.act(id, action, **more))

    def answer(self, kind, **more):
        """The peer does something to a message; our API shows no message for it."""
        return self.peer.send_kind(None, kind, **more)

    def ours_shows(self, id, what, condition):
        """The message at our API, once `condition` holds for it."""
        def found():
            entry = self.ours.find(id)
            return entry if entry and condition(entry) else None
        return wait_for(f"{what} of {id} with {self}", found)


@functools.lru_cache(maxsize=None)
def world():
    return World()


@functools.lru_cache(maxsize=None)
def chats():
    here = world()
    here.link()
    ours = Ours.first(here)
    peers = [here.baileys(BEN, "Ben")]
    try:
        peers.append(here.whatsmeow(MIA, "Mia"))
    except Skipped as reason:
        print(f"SKIP all that needs whatsmeow: {reason}", flush=True)
    members = [peer.phone for peer in peers]
    group = here.sim.post("/groups", {"creator": here.phone, "subject": "Trip", "members": members})["jid"]
    for peer in peers:  # each side knows the other's LID from here on, as after any first exchange
        peer.message(ours.send(peer.phone, "hello"))
        ours.message(peer.send(here.phone, "hello"))
    return [Chat(ours, peer, where) for peer in peers for where in (None, group)]


def holds(chat, got, **wanted):
    seen = {key: got.get(key) for key in wanted}
    assert seen == wanted, f"{chat}: {seen} instead of {wanted}; all: {got}"


def test_our_plain_kinds():
    for chat in chats():
        _, got = chat.to_peer("text", text="see https://example.org/ 👩‍👩‍👧\nand more", link_preview={
            "url": "https://example.org/", "title": "Example", "description": "Of something"})
        holds(chat, got, kind="text", text="see https://example.org/ 👩‍👩‍👧\nand more")
        holds(chat, got["preview"], url="https://example.org/", title="Example", description="Of something")
        _, got = chat.to_peer("location", location={
            "latitude": 52.5, "longitude": 13.25, "name": "Gate", "address": "Square 1", "url": "https://example.org/gate"})
        holds(chat, got, kind="location", latitude=52.5, longitude=13.25, name="Gate", address="Square 1",
              url="https://example.org/gate")
        _, got = chat.to_peer("contacts", contacts=[{"name": "Zoe", "vcard": VCARD}])
        holds(chat, got, kind="contacts", contacts=[{"name": "Zoe", "vcard": VCARD}])
        two = [{"name": "Zoe", "vcard": VCARD}, {"name": "Zoe too", "vcard": VCARD}]
        _, got = chat.to_peer("contacts", contacts=two)
        holds(chat, got, kind="contacts", contacts=two)
        invite = {"group": "120363000000000001@g.us", "code": "AbCdEf", "name": "Club", "caption": "join us"}
        if chat.group:  # an invitation goes to one person
            body = {"to": chat.there, "type": "group_invite", "group_invite": invite}
            assert chat.ours.bridge.call("POST", "/api/messages", body)[0] == 400
        else:
            _, got = chat.to_peer("group_invite", group_invite=invite)
            holds(chat, got, kind="group_invite", group="120363000000000001@g.us", code="AbCdEf", name="Club", text="join us")
        _, got = chat.to_peer("event", event={
            "name": "Dinner", "description": "Bring wine", "starts_at": START_TEXT, "ends_at": END_TEXT,
            "location": {"latitude": 1, "longitude": 2, "name": "Home"}, "join_link": "https://call.whatsapp.com/voice/x"})
        holds(chat, got, kind="event", name="Dinner", description="Bring wine", start=START, end=START + 3600,
              location="Home", has_secret=True)
        _, got = chat.to_peer("album", album={"images": 2, "videos": 1})
        holds(chat, got, kind="album", images=2, videos=1)


def test_their_plain_kinds():
    for chat in chats():
        _, got = chat.to_ours("text", text="see https://example.org/ 👩‍👩‍👧\nand more", preview={
            "url": "https://example.org/", "title": "Example", "description": "Of something", "thumbnail": ""})
        holds(chat, got, kind="text", content="see https://example.org/ 👩‍👩‍👧\nand more", chat_jid=chat.jid, is_from_me=False,
              sender=f"{chat.peer.phone}@s.whatsapp.net", sender_lid=chat.peer.lid(), sender_name=chat.peer.name)
        holds(chat, got["link_preview"], url="https://example.org/", title="Example", description="Of something")
        _, got = chat.to_ours("location", latitude=52.5, longitude=13.25, name="Gate", address="Square 1")
        holds(chat, got, kind="location")
        holds(chat, got["location"], latitude=52.5, longitude=13.25, name="Gate", address="Square 1")
        assert "Gate" in got["content"], got
        _, got = chat.to_ours("live_location", latitude=-33.5, longitude=151.25, accuracy=12, sequence=7, text="on my way")
        holds(chat, got, kind="live_location")
        holds(chat, got["location"], latitude=-33.5, longitude=151.25, accuracy_m=12, live=True)
        assert "on my way" in got["content"], got
        _, got = chat.to_ours("contacts", contacts=[{"name": "Zoe", "vcard": VCARD}])
        holds(chat, got, kind="contacts", contacts=[{"name": "Zoe", "vcard": VCARD}])
        assert "Zoe" in got["content"], got
        two = [{"name": "Zoe", "vcard": VCARD}, {"name": "Zoe too", "vcard": VCARD}]
        _, got = chat.to_ours("contacts", contacts=two, name="2 contacts")
        holds(chat, got, kind="contacts", contacts=two)
        _, got = chat.to_ours("group_invite", group="120363000000000001@g.us", code="AbCdEf", name="Club", text="join us")
        holds(chat, got, kind="group_invite")
        holds(chat, got["group_invite"], group="120363000000000001@g.us", code="AbCdEf", name="Club", caption="join us")
        _, got = chat.to_ours("album", images=2, videos=1)
        holds(chat, got, kind="album", album={"images": 2, "videos": 1})
        _, got = chat.to_ours("event", name="Dinner", description="Bring wine", start=START, end=START + 3600, place="Home")
        holds(chat, got, kind="event")
        holds(chat, got["event"], name="Dinner", description="Bring wine", starts_at=START_TEXT, ends_at=END_TEXT)
        holds(chat, got["event"]["location"], name="Home")


def test_quotes_mentions_and_forwards():
    for chat in chats():
        theirs, _ = chat.to_ours("text", text="who comes?")
        mine, got = chat.to_peer("text", text=f"@{chat.peer.phone} does", quote={"message_id": theirs}, mentions=[chat.peer.phone])
        holds(chat, got["quote"], id=theirs, text="who comes?", kind="text")
        assert got["quote"]["author"].split(":")[0].split("@")[0] in {jid.split("@")[0] for jid in chat.peer.jids()}, got
        assert set(got["mentions"]) <= chat.peer.jids() and got["mentions"], got
        _, got = chat.to_peer("text", text="you all", mention_everyone=True)
        holds(chat, got, mention_all=True)
        me = chat.ours.lid() if chat.group else f"{chat.ours.phone}@s.whatsapp.net"
        _, got = chat.to_ours("text", text="and you", quote=mine, mentions=[me])
        holds(chat, got["quoted"], id=mine, content=f"@{chat.peer.phone} does", sender=f"{chat.ours.phone}@s.whatsapp.net")
        holds(chat, got, mentions=[f"{chat.ours.phone}@s.whatsapp.net"], mentions_me=True)
        id = chat.ours.act(theirs, "forward", to=chat.there)
        holds(chat, chat.peer.message(id), kind="text", text="who comes?", forwarded=True, quote=None)
        holds(chat, chat.ours.message(id), content="who comes?", is_forwarded=True, is_from_me=True)
        _, got = chat.to_ours("forward", message=mine)
        holds(chat, got, content=f"@{chat.peer.phone} does", is_forwarded=True)


def test_reactions_edits_and_revokes():
    for chat in chats():
        theirs, _ = chat.to_ours("text", text="teh text")
        mine, _ = chat.to_peer("text", text="mein text")
        for target in (theirs, mine):
            got = chat.act(target, "react", emoji="❤️")
            holds(chat, got, kind="reaction", emoji="❤️")
            holds(chat, got["target"], id=target)
            chat.ours_shows(target, "the own reaction", lambda m: [(r["emoji"], r["is_from_me"]) for r in m["reactions"]] == [("❤️", True)])
            chat.answer("reaction", message=target, emoji="👍")
            got = chat.ours_shows(target, "both reactions", lambda m: len(m.get("reactions", [])) == 2)
            assert [(r["emoji"], r["sender"]) for r in got["reactions"] if not r["is_from_me"]] == [
                ("👍", f"{chat.peer.phone}@s.whatsapp.net")], got["reactions"]
            holds(chat, chat.act(target, "react", emoji=""), kind="reaction", emoji="")
            chat.answer("reaction", message=target, emoji="")
            chat.ours_shows(target, "no reaction", lambda m: not m.get("reactions"))
        got = chat.act(mine, "edit", text="my text")
        holds(chat, got, kind="edit", text="my text")
        holds(chat, got["target"], id=mine)
        chat.ours_shows(mine, "the own edit", lambda m: m["content"] == "my text" and m["edited_at"])
        chat.answer("edit", message=theirs, text="the text")
        chat.ours_shows(theirs, "their edit", lambda m: m["content"] == "the text" and m["edited_at"])
        got = chat.act(mine, "revoke")
        holds(chat, got, kind="revoke")
        holds(chat, got["target"], id=mine)
        chat.ours_shows(mine, "the own revocation", lambda m: m.get("deleted_at") and not m["content"])
        chat.answer("revoke", message=theirs)
        got = chat.ours_shows(theirs, "their revocation", lambda m: m.get("deleted_at") and not m["content"])
        holds(chat, got, deleted_by=f"{chat.peer.phone}@s.whatsapp.net")
        status, answer, _ = chat.ours.bridge.call("POST", f"/api/messages/{theirs}/edit", {"text": "not mine"})
        assert status == 403, answer


def test_pins_and_kept_messages():
    for chat in chats():
        theirs, _ = chat.to_ours("text", text="pin this", expiration=86400)
        mine, _ = chat.to_peer("text", text="or this")
        for target in (theirs, mine):
            got = chat.act(target, "pin", seconds=604800)
            holds(chat, got, kind="pin", unpin=False, seconds=604800)
            holds(chat, got["target"], id=target)
            chat.ours_shows(target, "the own pin", lambda m: m.get("pinned_until"))
            holds(chat, chat.act(target, "pin", seconds=0), kind="pin", unpin=True)
            chat.ours_shows(target, "no pin", lambda m: not m.get("pinned_until"))
            chat.answer("pin", message=target, seconds=86400)
            chat.ours_shows(target, "their pin", lambda m: m.get("pinned_until"))
            chat.answer("pin", message=target, unpin=True)
            chat.ours_shows(target, "no pin", lambda m: not m.get("pinned_until"))
        holds(chat, chat.act(theirs, "keep"), kind="keep", keep=True)
        chat.ours_shows(theirs, "the own keeping", lambda m: m.get("is_kept"))
        holds(chat, chat.act(theirs, "keep", keep=False), kind="keep", keep=False)
        chat.ours_shows(theirs, "no keeping", lambda m: not m.get("is_kept"))
        chat.answer("keep", message=theirs, keep=True)
        chat.ours_shows(theirs, "their keeping", lambda m: m.get("is_kept"))


def our_tally(chat, id):
    """Voters by option, as numbers."""
    poll = chat.ours.bridge.get(f"/api/messages/{id}")["poll"]
    return {option["name"]: option["votes"] for option in poll["options"]}


def their_tally(chat, id):
    return {name: len(voters) for name, voters in chat.peer.tally(id).items()}


def test_polls_are_voted_on_and_counted_alike():
    question = {"name": "When?", "options": ["Monday", "Tuesday", "Never"], "selectable": 2}
    for chat in chats():
        mine, got = chat.to_peer("poll", poll=question)
        holds(chat, got, kind="poll", question="When?", options=question["options"], selectable=2, has_secret=True)
        theirs, got = chat.to_ours("poll", question="When?", options=question["options"], selectable=2)
        holds(chat, got, kind="poll")
        holds(chat, got["poll"], name="When?", selectable=2)
        for poll in (mine, theirs):
            for ours, peer in ((["Monday"], ["Monday", "Never"]), (["Tuesday"], ["Tuesday"]), (["Monday", "Never"], []), ([], ["Never"])):
                vote = chat.ours.act(poll, "vote", options=ours)
                seen = chat.peer.message(vote, kind="vote")
                holds(chat, seen, options=ours)
                holds(chat, seen["target"], id=poll)
                chat.answer("vote", message=poll, options=peer)
                wanted = {option: (option in ours) + (option in peer) for option in question["options"]}
                wait_for(f"the tally {wanted} with {chat}", lambda: our_tally(chat, poll) == wanted)
                wait_for(f"the peer's tally {wanted} with {chat}", lambda: their_tally(chat, poll) == wanted)
                shown = chat.ours.find(poll)["poll"]
                assert [o["name"] for o in shown["options"] if o.get("is_mine")] == ours, shown


def test_events_are_answered():
    for chat in chats():
        mine, _ = chat.to_peer("event", event={"name": "Dinner", "starts_at": START_TEXT})
        theirs, _ = chat.to_ours("event", name="Dinner", start=START)
        for event in (mine, theirs):
            for response in ("going", "maybe", "not_going"):
                id = chat.ours.act(event, "respond", answer=response)
                seen = chat.peer.message(id, kind="event_response")
                holds(chat, seen, response=response)
                chat.answer("event_response", message=event, response=response)
                chat.ours_shows(event, f"two answers {response}", lambda m: m["event_answers"][response] == 2)
            holds(chat, chat.ours.find(event)["event_answers"], going=0, maybe=0, not_going=2, mine="not_going")


def field(number, value):
    """One field of a serialised message: a text, a number, or fields."""
    def varint(rest):
        return bytes([rest]) if rest < 128 else bytes([rest & 127 | 128]) + varint(rest >> 7)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def message(number, *fields):
    return field(number, b"".join(fields))


def test_what_businesses_send_can_be_read():
    buttons = message(42, field(6, "Pick one"), field(7, "Shop"), field(10, 1), *(
        message(9, field(1, f"id{n}"), message(2, field(1, f"Button {n}")), field(3, 1)) for n in (1, 2)))
    rows = [message(2, field(1, f"Row {n}"), field(2, f"about {n}"), field(3, f"row{n}")) for n in (1, 2)]
    chosen = message(36, field(1, "Menu"), field(2, "Look"), field(3, "Open"), field(4, 1), message(5, field(1, "Soups"), *rows))
    template = message(25, message(4, field(2, "Title"), field(6, "Your order"), field(7, "Shop"),
                                   message(8, message(1, field(1, "Thanks"), field(2, "t1")), field(4, 0)),
                                   message(8, message(2, field(1, "Track"), field(2, "https://example.org/t")), field(4, 1)),
                                   message(8, message(3, field(1, "Call"), field(2, "+15550009999")), field(4, 2))))
    native = message(6, message(1, field(1, "quick_reply"), field(2, '{"display_text":"Yes","id":"yes"}')))
    interactive = message(45, message(1, field(1, "Shop")), message(2, field(1, "Fits?")), native)
    for chat in chats():
        if chat.group:
            continue
        for raw, kind, content, options in (
                (buttons, "buttons", "Pick one", [("reply", "id1", "Button 1"), ("reply", "id2", "Button 2")]),
                (chosen, "list", "Look", [("reply", "row1", "Row 1"), ("reply", "row2", "Row 2")]),
                (template, "template", "Your order", [("reply", "t1", "Thanks"), ("url", None, "Track"), ("call", None, "Call")]),
                (interactive, "interactive", "Fits?", [("flow", "quick_reply", "Yes")])):
            _, got = chat.to_ours("raw", raw=raw)
            holds(chat, got, kind=kind)
            assert content in got["content"], got
            assert [(o["action"], o.get("id"), o.get("label")) for o in got["choices"]["options"]] == options, got["choices"]
        _, got = chat.to_ours("raw", raw=message(43, field(1, "id1"), field(2, "Button 1"), field(4, 1)))
        holds(chat, got, kind="choice_reply")
        holds(chat, got["choice_reply"], id="id1", text="Button 1")


def from_phone(chat, **what):
    """The phone of the peer's account writes; what our API shows."""
    here = world()
    return chat.ours.message(here.sim.post(f"/accounts/{chat.peer.phone}/send", {"to": chat.back, **what})["id"])


def test_something_unknown_has_a_kind_and_no_content():
    for chat in chats():
        got = from_phone(chat, message=base64.b64encode(message(1999, field(1, "from the future"))).decode())
        holds(chat, got, kind="other", content="")


def test_a_sealed_reaction_is_opened():
    for chat in chats():
        if chat.group:
            mine, _ = chat.to_peer("text", text="react in secret")
            for emoji in ("🔒", ""):
                world().sim.post(f"/accounts/{chat.peer.phone}/send", {
                    "to": chat.group, "content": {"kind": "encrypted_reaction", "target": mine, "emoji": emoji}})
                wanted = [emoji] if emoji else []
                chat.ours_shows(mine, "the sealed reaction", lambda m: [r["emoji"] for r in m.get("reactions", [])] == wanted)


def test_statuses_and_lists_are_heard():
    here, ours = world(), chats()[0].ours
    for chat in chats():
        if chat.group:
            continue
        body = {"to": "status@broadcast", "content": {"kind": "text", "text": f"status of {chat}"}, "audience": [here.phone]}
        got = ours.message(here.sim.post(f"/accounts/{chat.peer.phone}/send", body)["id"])
        holds(chat, got, content=f"status of {chat}", is_status=True, sender=f"{chat.peer.phone}@s.whatsapp.net",
              chat_jid="status@broadcast")
        body = {"to": "1612345678@broadcast", "text": f"to a list of {chat}", "audience": [here.phone]}
        got = ours.message(here.sim.post(f"/accounts/{chat.peer.phone}/send", body)["id"])
        holds(chat, got, content=f"to a list of {chat}", sender=f"{chat.peer.phone}@s.whatsapp.net")


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
