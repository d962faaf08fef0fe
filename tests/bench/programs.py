"""What the benchmarks that run whole programs share: starting them, and what /proc says about them.

CPU is user and system time of all threads, in ticks of 10 ms: measure stretches of a second and more. Memory is private
anonymous memory (resident minus file-backed), as mapped databases and program text belong to the page cache.
"""
import os
import shutil
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ.setdefault("WA_BIN", os.path.join(ROOT, "build", "release", "bin"))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))

from harness import BIN, Api, Process, free_port, wait_for  # noqa: E402  (needs the path and WA_BIN set above)

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def anonymous_kib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon:"))


def resident_mib(pid):
    """With file-backed pages: program text, libraries, mapped databases."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


def wait_until_quiet(pid, limit=600):
    """Returns when the process used less than 2 % of a core for a second: imports and indexing are over."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = cpu_seconds(pid)
        time.sleep(1)
        if cpu_seconds(pid) - before < 0.02:
            return
    raise AssertionError(f"process {pid} is still busy after {limit} s")


def machine():
    """One line: what the figures were taken on, and how busy it was."""
    with open("/proc/cpuinfo") as info:
        model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown processor")
    return f"{os.cpu_count()} x {model}, load {os.getloadavg()[0]:.1f}, programs of {BIN}"


class Programs:
    """An unlinked bridge and a gateway in a folder of their own; a context that ends both."""

    def __init__(self, database=None):
        self.folder = tempfile.mkdtemp(prefix="wa-bench-")
        self.data = os.path.join(self.folder, "store")
        os.makedirs(self.data, mode=0o700)
        if database:
            shutil.copy(database, os.path.join(self.data, "messages.db"))
        self.processes = []
        bridge_port = free_port()
        # Port 1 answers nobody: the bridge serves what it has stored.
        self.bridge = self.add("bridge", [
            os.path.join(BIN, "whatsapp-bridge"), "--listen", f"127.0.0.1:{bridge_port}", "--data-dir", self.data, "--no-qr",
            "--whatsapp-url", "wss://127.0.0.1:1/ws/chat", "--version-url", "", "--reconnect-unit", "1h"])
        self.bridge_api = Api(bridge_port)
        self.gateway, self.gateway_api = self.add_gateway(bridge_port)

    def add(self, name, arguments):
        process = Process(self.folder, name, arguments)
        self.processes.append(process)
        return process

    def add_gateway(self, bridge_port):
        port = free_port()
        return self.add("gateway", [os.path.join(BIN, "whatsapp-gateway"), "--listen", f"127.0.0.1:{port}", "--bridge-url",
                                    f"http://127.0.0.1:{bridge_port}"]), Api(port)

    def start(self):
        self.bridge.start()
        wait_for("the bridge", lambda: self.bridge_api.get("/health"), 600)
        self.gateway.start()
        wait_for("the gateway", lambda: self.gateway_api.get("/health"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.stop()
        shutil.rmtree(self.folder)
