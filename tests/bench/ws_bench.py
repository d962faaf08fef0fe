#!/usr/bin/env python3
"""Fan-out to many WebSocket clients: CPU a delivery and a handshake, memory a connection, of the gateway alone.

    ws_bench.py [--clients 5000] [--events 60]

The events come from fake_bridge.py. Every client must get every byte of every frame. The clients are one Python process, so
deliveries a second say more about it than about the gateway: the CPU of the gateway is what counts.
"""
import argparse
import os
import resource
import select
import shutil
import socket
import tempfile
import time

from fake_bridge import FakeBridge
from programs import BIN, Api, Process, anonymous_kib, cpu_seconds, free_port, machine, wait_for

HANDSHAKE = ("GET /ws/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
AT_ONCE = 64  # handshakes in flight: below the listen queue
PING, PONG = b"\x89\x00", b"\x8a\x80\x00\x00\x00\x00"  # neither byte of a ping occurs in a text frame of ASCII


class Clients:
    def __init__(self, port):
        self.port, self.sockets, self.poll = port, {}, select.epoll()

    def take(self, fd):
        """What there is to read, without pings; those are answered."""
        data = self.sockets[fd].recv(262144)
        assert data, "the gateway cut a client off"
        if PING in data:
            self.sockets[fd].send(PONG)
            data = data.replace(PING, b"")
        return data

    def connect(self, count):
        """Opens `count` connections; nothing but pings may follow a handshake's answer."""
        waiting, begun = {}, 0
        while begun < count or waiting:
            while begun < count and len(waiting) < AT_ONCE:
                connection = socket.create_connection(("127.0.0.1", self.port))
                connection.sendall(HANDSHAKE)
                connection.setblocking(False)
                self.poll.register(connection, select.EPOLLIN)
                waiting[connection.fileno()] = connection
                begun += 1
            for fd, _ in self.poll.poll(10):
                if fd not in waiting:
                    assert not self.take(fd)
                    continue
                connection = waiting.pop(fd)
                answer = connection.recv(4096)
                assert answer.startswith(b"HTTP/1.1 101") and answer.endswith(b"\r\n\r\n"), answer
                self.sockets[fd] = connection

    def read(self, wanted, limit=120):
        """Reads until `wanted` bytes came in altogether."""
        got, end = 0, time.monotonic() + limit
        while got < wanted:
            assert time.monotonic() < end, f"{got} of {wanted} bytes after {limit} s"
            for fd, _ in self.poll.poll(1):
                got += len(self.take(fd))
        assert got == wanted, (got, wanted)


def measure(bridge, gateway, port, arguments):
    pid = gateway.process.pid
    clients = Clients(port)
    clients.connect(200)  # what the first connections cost once
    bridge.send_event()
    fd, _ = clients.poll.poll(30, 1)[0]
    frame = len(clients.take(fd))
    clients.read(frame * 199)

    memory, cpu, begin = anonymous_kib(pid), cpu_seconds(pid), time.perf_counter()
    clients.connect(arguments.clients)
    wall, cpu = time.perf_counter() - begin, cpu_seconds(pid) - cpu
    time.sleep(1)
    each = (anonymous_kib(pid) - memory) / arguments.clients
    print(f"{arguments.clients} handshakes: {wall:.2f} s (goal 1.5 for 5,000), gateway {cpu * 1e6 / arguments.clients:.0f} us CPU each; "
          f"{each:.2f} KiB a connection (goal 4)", flush=True)

    everybody = len(clients.sockets)
    cpu, begin = cpu_seconds(pid), time.perf_counter()
    for _ in range(arguments.events):
        bridge.send_event()
        clients.read(frame * everybody)
    wall, cpu = time.perf_counter() - begin, cpu_seconds(pid) - cpu
    deliveries = arguments.events * everybody
    print(f"{deliveries:,} deliveries of {frame} bytes, event by event: gateway {cpu * 1e6 / deliveries:.2f} us CPU each (goal 11), "
          f"{deliveries / cpu:,.0f} a CPU second; {deliveries / wall:,.0f}/s with this client", flush=True)
    print(f"gateway with {everybody} clients: {anonymous_kib(pid) / 1024:.1f} MiB")


def bare_send_us(size=300, rounds=20000):
    """CPU of one send of a frame's size to a socket that somebody reads, from Python: the floor, and a bit."""
    listener = socket.create_server(("127.0.0.1", 0))
    sender = socket.create_connection(listener.getsockname())
    receiver, _ = listener.accept()
    data, used = b"x" * size, 0.0
    for _ in range(rounds):
        begin = time.process_time()
        sender.send(data)
        used += time.process_time() - begin
        receiver.recv(65536)
    return used * 1e6 / rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--events", type=int, default=60)
    arguments = parser.parse_args()
    needed = arguments.clients + 500
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(needed, 4096), max(hard, needed)))  # the gateway inherits it
    print(machine())
    folder = tempfile.mkdtemp(prefix="wa-bench-")
    bridge_port, port = free_port(), free_port()
    bridge = FakeBridge(bridge_port)
    gateway = Process(folder, "gateway", [os.path.join(BIN, "whatsapp-gateway"), "--listen", f"127.0.0.1:{port}", "--bridge-url",
                                          f"http://127.0.0.1:{bridge_port}"])
    gateway.start()
    try:
        wait_for("the gateway", lambda: Api(port).get("/health"))
        wait_for("the gateway's event stream", lambda: bridge.streams)
        print(f"one bare send of 300 bytes from Python: {bare_send_us():.2f} us CPU")
        measure(bridge, gateway, port, arguments)
    finally:
        gateway.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
