"""Our bridge as one more companion, driven by its public HTTP API with the calls that `peers.Peer` has for the others.

A test that treats all clients alike takes an `Ours` beside the peers; what only our API has is under `bridge`.
"""
import os

from harness import DEADLINE, Api, Process, free_port, wait_for


class Ours:
    """A bridge linked to the account `phone`."""
    maker = "bridge"

    def __init__(self, world, phone, name, process, api, data):
        self.world, self.phone, self.name = world, phone, name
        self.process, self.bridge, self.data = process, api, data

    @classmethod
    def first(cls, world, name="Me"):
        """The bridge that the world starts with, linked already."""
        return cls(world, world.phone, name, world.bridge_process, world.bridge, world.data)

    @classmethod
    def another(cls, world, phone, name):
        """One more bridge, linked by QR to the account `phone`."""
        world.person(phone, name)
        port, data = free_port(), os.path.join(world.folder, f"store-{phone}")
        process = world._process(f"bridge-{phone}", world.bridge_arguments(port, data))
        ours = cls(world, phone, name, process, Api(port), data)
        ours.start(online=False)
        code = wait_for(f"{name}'s QR code", ours._qr)
        world.sim.post(f"/accounts/{phone}/scan", {"qr": code})
        ours.wait_open()
        return ours

    # --- the link

    def _qr(self):
        status, body, _ = self.bridge.call("GET", "/api/session/qr", headers={"Accept": "text/plain"})
        return body.decode().strip() if status == 200 else None

    def start(self, online=True):
        self.process.start()
        wait_for(f"{self.name}'s bridge", lambda: self.bridge.get("/health"))
        if online:
            self.wait_open()

    def wait_open(self):
        wait_for(f"{self.name}'s bridge to be online", lambda: self.bridge.get("/api/session")["state"] == "online")

    def lid(self):
        return self.bridge.get("/api/session")["lid"].split("@")[0].split(":")[0] + "@lid"

    def jids(self):
        return {f"{self.phone}@s.whatsapp.net", self.lid()}

    # --- sending

    def send(self, to, text, **more):
        """Its id. `more`: quote, mentions, link_preview ... as in `POST /api/messages`."""
        return self.bridge.post("/api/messages", {"to": to, "text": text, **more})["message_id"]

    def send_kind(self, to, kind, **more):
        return self.bridge.post("/api/messages", {"to": to, "type": kind, **more})["message_id"]

    def act(self, id, action, **more):
        """`react`, `edit`, `revoke` ...: the id of the message that says so."""
        return self.bridge.post(f"/api/messages/{id}/{action}", more)["message_id"]

    # --- what it has

    def find(self, id):
        status, body, _ = self.bridge.call("GET", f"/api/messages/{id}")
        return body if status == 200 else None

    def message(self, id, **wanted):
        """The message as the API shows it, once it is there, can be read, and its fields are as wanted."""
        def found():
            entry = self.find(id)
            fits = entry and entry["status"] != "undecryptable" and all(entry.get(k) == v for k, v in wanted.items())
            return entry if fits else None
        return wait_for(f"message {id} with {wanted} at {self.name}'s bridge", found)

    def stored(self, chat, limit=1000):
        """The messages of a chat, oldest first."""
        status, body, _ = self.bridge.call("GET", f"/api/chats/{chat}/messages?limit={limit}")
        return body[::-1] if status == 200 else []

    def delivery(self, id):
        return self.bridge.get(f"/api/deliveries/{id}")

    def wait_status(self, id, *names):
        wait_for(f"{names} of {id} at {self.name}'s bridge", lambda: (self.find(id) or {}).get("status") in names)
