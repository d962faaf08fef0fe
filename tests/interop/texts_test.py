"""Texts between Baileys, whatsmeow and the simulator's phones, without our programs: the ground the other tests stand on."""
from harness import World, run, wait_for

BEN, MIA, LEO = "15550003333", "15550004444", "15550005555"
COUNT = 30


def at_phone(world, phone):
    return [m["text"] for m in world.sim.get(f"/accounts/{phone}/messages") if not m["from_me"]]


def test_whatsmeow_and_baileys_write_to_each_other_in_order():
    world = World()
    mia, ben = world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")
    # First messages that cross each other open two sessions, and clients differ in how they settle that: one at a time.
    mia.send(BEN, "hello Ben")
    wait_for("the first at Ben's", lambda: "hello Ben" in ben.incoming_texts())
    ben.send(MIA, "hello Mia")
    wait_for("the first at Mia's", lambda: "hello Mia" in mia.incoming_texts())
    out, back = [f"to Ben {i} 👋" for i in range(COUNT)], [f"to Mia {i} ¿qué tal?" for i in range(COUNT)]
    ids = [(mia.send(BEN, there), ben.send(MIA, here)) for there, here in zip(out, back)]
    wait_for("all at Ben's", lambda: ben.incoming_texts()[1:] == out)
    wait_for("all at Mia's", lambda: mia.incoming_texts()[1:] == back)
    for of_mia, of_ben in ids:
        mia.wait_status(of_mia, "DELIVERY_ACK")
        ben.wait_status(of_ben, "DELIVERY_ACK")


def test_whatsmeow_and_a_phone_write_to_each_other_with_receipts():
    world = World()
    mia = world.whatsmeow(MIA, "Mia")
    id = mia.send(world.phone, "to the phone")
    wait_for("the text at the phone", lambda: at_phone(world, world.phone) == ["to the phone"])
    mia.wait_status(id, "DELIVERY_ACK")
    world.sim.post(f"/accounts/{world.phone}/read", {"from": MIA, "ids": [id]})
    mia.wait_status(id, "READ")
    answer = world.sim.post(f"/accounts/{world.phone}/send", {"to": MIA, "text": "from the phone"})["id"]
    got = mia.message(answer, text="from the phone", push_name="Me")
    mia.read(got["chat"], [answer])
    wait_for("the read receipt at the phone", lambda: any(
        r["id"] == answer and r["type"] == "read" for r in world.sim.get(f"/accounts/{world.phone}/receipts")))


def test_the_own_phone_and_whatsmeow_see_what_the_other_writes():
    world = World()
    mia = world.whatsmeow(MIA, "Mia")
    mia.send(world.phone, "from the companion")
    copies = wait_for("the copy at the own phone", lambda: world.sim.get(f"/accounts/{MIA}/messages"))
    assert (copies[0]["from_me"], copies[0]["to"], copies[0]["text"]) == (True, world.phone, "from the companion"), copies
    id = world.sim.post(f"/accounts/{MIA}/send", {"to": world.phone, "text": "from the own phone"})["id"]
    assert mia.message(id)["fromMe"]


def test_two_whatsmeow_companions_link_by_code_and_write_to_each_other():
    world = World()
    mia, leo = world.whatsmeow(MIA, "Mia", "code"), world.whatsmeow(LEO, "Leo", "code")
    there = mia.send(LEO, "hello Leo")
    got = leo.message(there, text="hello Leo", push_name="Mia", kind="text")
    leo.read(got["chat"], [there], got["sender"])
    mia.wait_status(there, "READ")
    mia.message(leo.send(got["chat"], "hello Mia"), text="hello Mia")


def test_whatsmeow_comes_back_and_gets_what_was_written_meanwhile():
    world = World()
    mia, ben = world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")
    mia.message(ben.send(MIA, "before"))
    mia.process.kill()
    ids = [ben.send(MIA, f"meanwhile {i}") for i in range(5)]
    mia.start()
    mia.api.post("/start", {})
    mia.wait_open()
    for id in ids:
        mia.message(id)
    wait_for("each once, in order", lambda: mia.incoming_texts() == [f"meanwhile {i}" for i in range(5)])
    ben.message(mia.send(BEN, "back again"))


def test_a_session_that_whatsmeow_has_lost_heals():
    world = World()
    mia, ben = world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")
    mia.message(ben.send(MIA, "one"))
    ben.message(mia.send(BEN, "uno"))
    assert mia.api.post("/corrupt", {"jid": BEN})["sessions"]
    mia.message(ben.send(MIA, "two"), text="two")
    ben.message(mia.send(BEN, "dos"), text="dos")


def test_whatsmeow_hears_that_its_phone_has_unlinked_it():
    world = World()
    mia = world.whatsmeow(MIA, "Mia")
    world.sim.post(f"/accounts/{MIA}/unlink", {"device": 1})
    wait_for("the end of the link", lambda: (mia.state()["last_disconnect"] or {}).get("message") == "logged out")


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
