"""Starts simulator, bridge, gateway (and peers of other makers) on free loopback ports for end-to-end tests, and talks to them.

Every test gets its own folder and processes, so tests run in parallel. Waiting is for a condition with a deadline.
Programs come from WA_BIN (the build's bin folder).
"""
import atexit
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("WA_BIN", os.path.join(ROOT, "build", "dev", "bin"))
DEADLINE = float(os.environ.get("WA_TEST_PATIENCE", "30"))  # seconds; slow machines set it higher


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, limit=None):
    """The first true value of `condition`; raises with `what` when the deadline passes. Refused connections count as not yet."""
    end = time.monotonic() + (limit or DEADLINE)
    last = None
    while True:
        try:
            last = condition()
            if last:
                return last
        except (OSError, http.client.HTTPException) as error:
            last = error
        if time.monotonic() > end:
            raise AssertionError(f"timed out waiting for {what}; last seen: {last!r}")
        time.sleep(0.05)


class Api:
    """JSON over HTTP to one host and port."""

    def __init__(self, port):
        self.port = port

    def call(self, method, path, body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            all_headers = {"Content-Type": "application/json"} if data is not None else {}
            all_headers.update(headers or {})
            connection.request(method, path, data, all_headers)
            answer = connection.getresponse()
            raw = answer.read()
            is_json = "json" in answer.getheader("Content-Type", "")
            return answer.status, json.loads(raw) if is_json and raw else raw, dict(answer.getheaders())
        finally:
            connection.close()

    def get(self, path, headers=None):
        status, body, _ = self.call("GET", path, headers=headers)
        assert status == 200, f"GET {path}: {status} {body!r}"
        return body

    def post(self, path, body=None, headers=None, expect=200):
        status, answer, _ = self.call("POST", path, {} if body is None else body, headers)
        assert status == expect, f"POST {path}: {status} {answer!r}"
        return answer


class Skipped(Exception):
    """A test that cannot run here; the text says why."""


class Process:
    def __init__(self, folder, name, arguments, environment=None):
        self.name = name
        self.arguments = arguments
        self.log_path = os.path.join(folder, f"{name}.log")
        self.environment = {**os.environ, **(environment or {})}
        self.process = None

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.arguments, stdout=log, stderr=log, env=self.environment)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, how=signal.SIGTERM, limit=20):
        """The exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(limit)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"{self.name} did not end within {limit} s of signal {how}\n{self.tail()}")
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait()

    def tail(self, size=3000):
        with open(self.log_path, "rb") as log:
            return log.read()[-size:].decode(errors="replace")


class World:
    """Simulator, bridge and gateway; `phone` is the account that the bridge is linked to."""

    def __init__(self, phone="15550001111", name="Me"):
        self.folder = tempfile.mkdtemp(prefix="wa-e2e-")
        self.phone = phone
        self.processes = []
        self.control_port, self.wa_port = free_port(), free_port()
        self.simulator = self._process("simulator", [
            os.path.join(BIN, "whatsapp-simulator"), "--listen", f"127.0.0.1:{self.wa_port}",
            "--control", f"127.0.0.1:{self.control_port}", "--data-dir", os.path.join(self.folder, "simulator")])
        self.simulator.start()
        self.sim = Api(self.control_port)
        self.info = wait_for("the simulator", lambda: self.sim.get("/info"))
        self.sim.post("/accounts", {"phone": phone, "name": name})
        self.data = os.path.join(self.folder, "store")
        self.bridge_port, self.gateway_port = free_port(), free_port()
        self.bridge_process = self._process("bridge", self.bridge_arguments(self.bridge_port, self.data))
        self.bridge = Api(self.bridge_port)
        self.gateway_process = self._process("gateway", [
            os.path.join(BIN, "whatsapp-gateway"), "--listen", f"127.0.0.1:{self.gateway_port}",
            "--bridge-url", f"http://127.0.0.1:{self.bridge_port}"])
        self.gateway = Api(self.gateway_port)
        atexit.register(self.close)

    def bridge_arguments(self, port, data, *more):
        return [os.path.join(BIN, "whatsapp-bridge"), "--listen", f"127.0.0.1:{port}", "--data-dir", data, "--no-qr",
                "--whatsapp-url", self.info["whatsapp_url"], "--whatsapp-root-key", self.info["root_key"],
                "--tls-ca-file", self.info["ca_file"], "--version-url", f"http://127.0.0.1:{self.control_port}/sw.js",
                "--media-host", ",".join("https://" + host for host in self.info["media_hosts"]),
                "--reconnect-unit", "100ms", *more]

    def _process(self, name, arguments, environment=None):
        process = Process(self.folder, name, arguments, environment)
        self.processes.append(process)
        return process

    def person(self, phone, name):
        return self.sim.post("/accounts", {"phone": phone, "name": name})

    def start_bridge(self, online=True):
        self.bridge_process.start()
        wait_for("the bridge's API", lambda: self.alive_bridge())
        if online:
            self.wait_online()

    def alive_bridge(self):
        assert self.bridge_process.running(), f"the bridge ended\n{self.bridge_process.tail()}"
        return self.bridge.get("/health")

    def start_gateway(self):
        self.gateway_process.start()
        wait_for("the gateway", lambda: self.gateway.get("/health"))

    def state(self):
        return self.bridge.get("/api/session")["state"]

    def wait_online(self, limit=None):
        wait_for("the bridge to be online", lambda: self.state() == "online", limit)

    def qr(self):
        status, body, _ = self.bridge.call("GET", "/api/session/qr", headers={"Accept": "text/plain"})
        return body.decode().strip() if status == 200 else None

    def link(self):
        """Starts the bridge and links it by QR."""
        self.start_bridge(online=False)
        code = wait_for("a QR code", self.qr)
        self.sim.post(f"/accounts/{self.phone}/scan", {"qr": code})
        self.wait_online()

    def baileys(self, phone, name, method="qr"):
        """A Baileys companion of the account `phone`, linked."""
        return self._linked(peers.BaileysPeer, phone, name, method)

    def whatsmeow(self, phone, name, method="qr"):
        """A whatsmeow companion of the account `phone`, linked; the test is skipped where there is no Go."""
        return self._linked(peers.WhatsmeowPeer, phone, name, method)

    def _linked(self, maker, phone, name, method):
        peer = maker(self, phone, name)
        peer.link(method)
        return peer

    def close(self):
        for process in reversed(self.processes):
            if process.running():
                process.process.kill()
                process.process.wait()


class EventFollower:
    """Follows the bridge's event stream in a thread, resuming by `Last-Event-ID` whenever it breaks."""

    def __init__(self, port, after=0):
        self.port, self.last, self.events = port, after, []
        self.stopped = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopped:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request("GET", f"/api/events?after={self.last}")
                self._read(connection.getresponse())
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)

    def _read(self, answer):
        event = {}
        while not self.stopped:
            line = answer.readline()
            if not line:
                return
            line = line.decode().rstrip("\r\n")
            if line.startswith("id:"):
                event["seq"] = int(line[3:])
            elif line.startswith("event:"):
                event["type"] = line[6:].strip()
            elif line.startswith("data:"):
                event["data"] = json.loads(line[5:])
            elif not line and "data" in event:
                self.events.append(event)
                self.last = event["seq"]
                event = {}

    def stop(self):
        self.stopped = True


def run(tests):
    """Runs the named test functions; prints one line each; the exit status says how it went (77: some were skipped)."""
    failed, skipped = 0, 0
    wanted = sys.argv[1:]
    chosen = [test for test in tests if not wanted or any(word in test.__name__ for word in wanted)]
    for test in chosen:
        begun = time.monotonic()
        try:
            test()
            print(f"ok   {test.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
        except Skipped as reason:
            skipped += 1
            print(f"SKIP {test.__name__}: {reason}", flush=True)
        except Exception as error:  # the report of a test run: every failure is shown, none stops the others
            failed += 1
            print(f"FAIL {test.__name__}: {error}", flush=True)
            if os.environ.get("WA_TEST_TRACE"):
                import traceback
                traceback.print_exc()
    print(f"{len(chosen) - failed - skipped} passed, {failed} failed, {skipped} skipped", flush=True)
    sys.exit(1 if failed else 77 if skipped else 0)


import peers  # noqa: E402  at the end, as it uses what is above
