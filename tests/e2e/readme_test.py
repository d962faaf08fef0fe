"""The walk of README.md: every curl command of "Link and chat with curl", run as it stands there (on other ports)."""
import json
import os
import re
import shlex
import subprocess
import tempfile

from harness import ROOT, World, run, wait_for

FRIEND = "15550002222"  # whom README.md writes to; 15550001111 is the account that it links


def commands():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
        section = readme.read().split("## Link and chat with curl")[1].split("\n## ")[0]
    return re.findall(r"^    (curl .*)$", section, re.MULTILINE)


class Walk:
    """Runs the commands one after the other; each must be there, so that the walk and this test cannot drift apart."""

    def __init__(self, world):
        self.world, self.left = world, commands()
        self.folder = tempfile.mkdtemp(prefix="wa-readme-")

    def next(self, part, *options):
        """The answer of the next command, which must contain `part`."""
        command = self.left.pop(0)
        assert part in command, f"README.md has {command!r} where the walk expects {part!r}"
        command = command.replace(":8080/", f":{self.world.bridge_port}/").replace(":8000/", f":{self.world.gateway_port}/")
        words = shlex.split(command)
        done = subprocess.run([words[0], "-sS", "-f", *options, *words[1:]], cwd=self.folder, capture_output=True, timeout=30,
                              check=False)
        allowed = (0, 28) if options else (0,)
        assert done.returncode in allowed, f"{command}: {done.returncode} {done.stderr.decode()}"
        return done.stdout.decode()


def begin(world):
    world.person(FRIEND, "Friend")
    world.start_bridge(online=False)
    world.start_gateway()
    wait_for("the first code", world.qr)
    return Walk(world)


def test_a_person_with_nothing_but_curl_links_and_chats():
    world = World()
    walk = begin(world)
    assert json.loads(walk.next("/api/session"))["state"] in ("unlinked", "linking")
    walk.next("code.png")
    with open(os.path.join(walk.folder, "code.png"), "rb") as picture:
        assert picture.read(8) == b"\x89PNG\r\n\x1a\n"
    code = walk.next("text/plain").strip()
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", json.loads(walk.next("pair-code"))["code"])
    world.sim.post(f"/accounts/{world.phone}/scan", {"qr": world.qr() or code})
    world.wait_online()
    assert json.loads(walk.next("/api/session"))["state"] == "online"

    assert json.loads(walk.next("/api/send"))["success"] is True
    assert json.loads(walk.next("/messages/send"))["result"]["message_id"]
    texts = ["Hello from the bridge", "Hello from the gateway"]
    wait_for("both at the friend's", lambda: [
        m["text"] for m in world.sim.get(f"/accounts/{FRIEND}/messages") if not m["from_me"]] == texts)

    chats = json.loads(walk.next("/chats?"))
    assert [chat["jid"] for chat in chats] == [f"{FRIEND}@s.whatsapp.net"], chats
    assert [m["content"] for m in json.loads(walk.next("/messages?"))] == texts[::-1]
    assert [m["content"] for m in json.loads(walk.next("/messages/search"))] == texts[::-1]
    events = walk.next("/api/events", "--max-time", "2")
    assert all(text in events for text in texts), events
    assert not walk.left, f"not walked: {walk.left}"


def test_the_same_by_typed_code():
    world = World()
    walk = begin(world)
    while "pair-code" not in walk.left[0]:
        walk.left.pop(0)
    code = json.loads(walk.next("pair-code"))["code"]
    world.sim.post(f"/accounts/{world.phone}/enter-code", {"code": code})
    world.wait_online()


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
