"""Groups between Baileys, whatsmeow and phones: who is in, who hears, who may, and what changes are told."""
from harness import World, run, wait_for

BEN, MIA, LEO = "15550003333", "15550004444", "15550005555"


def a_world():
    world = World()
    return world, world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")


def at_phone(world, phone, id):
    return wait_for(f"{id} at the phone {phone}", lambda: next(
        (m for m in world.sim.get(f"/accounts/{phone}/messages") if m["id"] == id), None))


def lids(group):
    return {member["lid"] for member in group["participants"]}


def role(group, peer):
    return next((m["role"] for m in group["participants"] if m["lid"] == peer.lid()), None)


def talk(world, group, writers, readers):
    """Everybody writes one text, everybody else reads it, the phone of the world too."""
    for writer in writers:
        id = writer.send(group, f"{writer.name} says hello")
        for reader in readers:
            if reader is not writer:
                got = reader.message(id, text=f"{writer.name} says hello", chat=group)
                assert {got["sender"].replace(":1@", "@"), (got["sender_alt"] or "").replace(":1@", "@")} & writer.jids(), got
        assert at_phone(world, world.phone, id)["chat"] == group


def test_a_group_of_whatsmeow_lets_everybody_talk():
    world, mia, ben = a_world()
    group = mia.create_group("Trip", [BEN, world.phone])
    ben.wait_event("group_joined", lambda data: data["group"] == group and data["subject"] == "Trip")
    assert [g["group"] for g in ben.groups()] == [group] == [g["group"] for g in mia.groups()]
    assert role(ben.group(group), mia) == "superadmin" and role(mia.group(group), ben) == "member"
    for _ in range(3):  # the first time with sender keys, then without
        talk(world, group, [mia, ben], [mia, ben])


def test_a_group_of_baileys_lets_everybody_talk():
    world, mia, ben = a_world()
    group = ben.create_group("Club", [MIA, world.phone])
    mia.wait_event("group_joined", lambda data: data["group"] == group and data["subject"] == "Club")
    for _ in range(3):
        talk(world, group, [ben, mia], [mia, ben])


def test_a_phone_writes_to_a_group_and_hears_about_receipts():
    world, mia, ben = a_world()
    group = world.sim.post("/groups", {"creator": world.phone, "subject": "Family", "members": [MIA, BEN]})["jid"]
    id = world.sim.post(f"/accounts/{world.phone}/send", {"to": group, "text": "dinner at eight"})["id"]
    for peer in (mia, ben):
        got = peer.message(id, text="dinner at eight", chat=group)
        peer.read(group, [id], got["sender"])
    wait_for("both read receipts", lambda: {BEN, MIA} <= {
        r["from"] for r in world.sim.get(f"/accounts/{world.phone}/receipts") if r["id"] == id and r["type"] == "read"})
    id = mia.send(group, "I come")
    ben.message(id)
    mia.wait_status(id, "DELIVERY_ACK")


def test_people_come_and_go_and_sender_keys_follow():
    world, mia, ben = a_world()
    leo = world.baileys(LEO, "Leo")
    group = mia.create_group("Trip", [BEN, world.phone])
    talk(world, group, [mia, ben], [mia, ben])
    mia.change_members(group, "add", [LEO])
    ben.wait_event("group_changed", lambda data: leo.lid() in data.get("add", []))
    leo.wait_event("group_joined", lambda data: data["group"] == group)
    assert leo.lid() in lids(ben.group(group))
    talk(world, group, [mia, ben, leo], [mia, ben, leo])
    mia.change_members(group, "remove", [LEO])
    ben.wait_event("group_changed", lambda data: leo.lid() in data.get("remove", []))
    assert leo.lid() not in lids(mia.group(group))
    id = mia.send(group, "he is gone")
    ben.message(id)
    talk(world, group, [mia, ben], [mia, ben])
    assert not [m for m in leo.messages() if m["id"] == id]


def test_admins_are_made_and_settings_are_told():
    world, mia, ben = a_world()
    group = mia.create_group("Trip", [BEN, world.phone])
    ben.wait_event("group_joined")
    mia.change_members(group, "promote", [BEN])
    ben.wait_event("group_changed", lambda data: ben.lid() in data.get("promote", []))
    assert role(mia.group(group), ben) == "admin"
    for changer, watcher, settings in [
            (mia, ben, {"subject": "Journey"}), (ben, mia, {"subject": "Voyage"}),
            (mia, ben, {"description": "We go north"}), (ben, mia, {"description": "We go south"}),
            (mia, ben, {"announce": True}), (ben, mia, {"announce": False}),
            (mia, ben, {"locked": True}), (ben, mia, {"locked": False})]:
        changer.api.post("/groups/settings", {"group": group, **settings})
        watcher.wait_event("group_changed", lambda data: settings.items() <= data.items())
        assert settings.items() <= watcher.group(group).items()


def test_only_admins_write_to_an_announcement_group():
    world, mia, ben = a_world()
    group = mia.create_group("News", [BEN, world.phone])
    mia.api.post("/groups/settings", {"group": group, "announce": True})
    ben.message(mia.send(group, "read this"))
    ben.api.call("POST", "/send", {"to": group, "text": "may I?", "id": "3EB0000000000000REFUSED"})
    ben.wait_status("3EB0000000000000REFUSED", "ERROR")
    assert not [m for m in mia.messages() if m["text"] == "may I?"]


def test_an_invitation_link_is_followed_and_a_group_is_left():
    world, mia, ben = a_world()
    group = mia.create_group("Trip", [world.phone])
    code = mia.api.post("/groups/invite", {"group": group})["code"]
    assert ben.api.get(f"/groups/invite-info?code={code}")["subject"] == "Trip"
    assert ben.api.post("/groups/join", {"code": code})["group"] == group
    mia.wait_event("group_changed", lambda data: ben.lid() in data.get("add", []))
    talk(world, group, [mia, ben], [mia, ben])
    ben.api.post("/groups/leave", {"group": group})
    mia.wait_event("group_changed", lambda data: ben.lid() in data.get("remove", []))
    assert ben.groups() == []


def test_a_sender_key_that_did_not_arrive_is_asked_for():
    for fault in ({"drop_skdm": True}, {"late_skdm": True}, {"skmsg_first": True}):
        world, mia, ben = a_world()
        group = mia.create_group("Trip", [BEN, world.phone])
        world.sim.post("/faults", fault)
        ids = [mia.send(group, f"one of mine {fault}"), mia.send(group, f"two of mine {fault}")]
        for id in ids:
            ben.message(id)
        ids = [ben.send(group, f"one of his {fault}"), ben.send(group, f"two of his {fault}")]
        world.sim.post("/faults/reset", {})
        for id in ids:
            mia.message(id)
        world.close()


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
