"""Companions of other makers, linked to the simulator: unmodified Baileys (npm) and unmodified whatsmeow (Go).

Both are driven by the same calls; tests/interop/README.md lists them and says what each client can do.
"""
import base64
import os
import subprocess

import harness
from harness import Api, wait_for

INTEROP = os.path.join(harness.ROOT, "tests", "interop")
NOT_TO_BE_HAD = 77  # what build.sh ends with when there is no Go, or no module proxy


class Peer:
    """A companion of the account `phone`. The subclasses say how to start it."""
    maker = ""

    def __init__(self, world, phone, name):
        self.world, self.phone, self.name = world, phone, name
        world.person(phone, name)
        self.port = harness.free_port()
        self.folder = os.path.join(world.folder, f"{self.maker}-{phone}")
        options = ["--port", str(self.port), "--ca", world.info["ca_file"], "--auth-dir", self.folder,
                   "--url", world.info["whatsapp_url"], "--log", f"{self.folder}.trace", "--name", name]
        self.process = world._process(f"{self.maker}-{phone}", self.command(options), self.environment())
        self.api = Api(self.port)

    def command(self, options):
        raise NotImplementedError

    def environment(self):
        return {}

    # --- the link

    def start(self):
        self.process.start()
        wait_for(f"the API of {self.name}'s {self.maker}", lambda: self.api.get("/state"))

    def link(self, method="qr"):
        self.start()
        if method == "qr":
            self.api.post("/start", {"method": "qr"})
            code = wait_for(f"{self.maker}'s QR code", lambda: self.state().get("qr"))
            self.world.sim.post(f"/accounts/{self.phone}/scan", {"qr": code})
        else:
            self.api.post("/start", {"method": "code", "phone": self.phone})
            code = wait_for(f"{self.maker}'s pair code", lambda: self.state().get("pairing_code"))
            # The code is shown as soon as it is made, which may be before the server has heard of it.
            wait_for("the code to be taken", lambda: self._enter(code))
        self.wait_open()

    def _enter(self, code):
        status, _, _ = self.world.sim.call("POST", f"/accounts/{self.phone}/enter-code", {"code": code})
        return status == 200

    def wait_open(self):
        wait_for(f"{self.maker} to be connected", lambda: self.state().get("connection") == "open")

    def state(self):
        return self.api.get("/state")

    def lid(self):
        """The account's LID, without the device."""
        return self.state()["me"]["lid"].split(":")[0].split("@")[0] + "@lid"

    def jids(self):
        """The account's two addresses."""
        return {f"{self.phone}@s.whatsapp.net", self.lid()}

    # --- sending

    def send(self, to, text, **more):
        """Its id. `more`: quote, mentions, expiration, preview ..."""
        return self.api.post("/send", {"to": to, "text": text, **more})["id"]

    def send_kind(self, to, kind, **more):
        """Any kind of content; bytes become base64. `to` may be None when it is about a message or quotes one."""
        body = {key: base64.b64encode(value).decode() if isinstance(value, bytes) else value for key, value in more.items()}
        return self.api.post("/send", {**({"to": to} if to else {}), "kind": kind, **body})["id"]

    def read(self, chat, ids, sender=None, played=False):
        body = {"jid": chat, "ids": ids, "played": played}
        return self.api.post("/read", {**body, "sender": sender} if sender else body)

    # --- what it saw

    def messages(self):
        return self.api.get("/messages")

    def incoming_texts(self):
        return [m["text"] for m in self.messages() if not m.get("fromMe") and m.get("text")]

    def message(self, id, **wanted):
        """The readable message with that id, once it is there and its fields are as wanted."""
        def found():
            for entry in self.messages():
                if entry["id"] == id and not entry.get("stub") and all(entry.get(k) == v for k, v in wanted.items()):
                    return entry
            return None
        return wait_for(f"message {id} at {self.name}'s {self.maker}", found)

    def statuses(self, id):
        return {r["status_name"] for r in self.api.get("/receipts") if r["id"] == id}

    def wait_status(self, id, *names):
        wait_for(f"{names} of {id} at {self.name}'s {self.maker}", lambda: self.statuses(id) & set(names))

    def events(self, kind):
        return [e["data"] for e in self.api.get("/events") if e["type"] == kind]

    def wait_event(self, kind, condition=lambda data: True):
        return wait_for(f"a {kind} event at {self.name}'s {self.maker}",
                        lambda: next((data for data in self.events(kind) if condition(data)), None))

    def download(self, id, **more):
        """`{"sha256", "size"}` of a received file."""
        return self.api.post("/download", {"id": id, **more})

    def tally(self, id):
        """Voters by option."""
        return {vote["name"]: set(vote["voters"]) for vote in self.api.get(f"/poll?id={id}")["votes"]}

    # --- groups

    def create_group(self, subject, participants):
        return self.api.post("/groups", {"subject": subject, "participants": participants})["group"]

    def group(self, jid):
        return self.api.get(f"/group?group={jid}")

    def groups(self):
        return self.api.get("/groups")

    def change_members(self, jid, action, participants):
        body = {"group": jid, "action": action, "participants": participants}
        return self.api.post("/groups/participants", body)["participants"]


class BaileysPeer(Peer):
    maker = "baileys"

    def command(self, options):
        return ["node", os.path.join(INTEROP, "baileys", "peer.mjs"), *options]

    def environment(self):
        # Downloads go through fetch, which can be told of an authority only before the process starts.
        return {"NODE_EXTRA_CA_CERTS": self.world.info["ca_file"]}


class WhatsmeowPeer(Peer):
    maker = "whatsmeow"

    def command(self, options):
        return [whatsmeow_program(), *options, "--root-key", self.world.info["root_key"]]


def whatsmeow_program():
    """Its path; built when it is not there yet. Raises `harness.Skipped` where that is not possible."""
    program = os.path.join(harness.BIN, "whatsmeow-peer")
    if not os.path.exists(program):
        built = subprocess.run([os.path.join(INTEROP, "whatsmeow", "build.sh"), program], capture_output=True, text=True)
        if built.returncode == NOT_TO_BE_HAD:
            raise harness.Skipped(built.stdout.strip())
        assert built.returncode == 0, f"building the whatsmeow peer failed\n{built.stdout}{built.stderr}"
    return program
