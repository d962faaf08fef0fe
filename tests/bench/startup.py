#!/usr/bin/env python3
"""Time from exec to the first 200 of /health, and idle memory, of bridge and gateway.

    startup.py [DATABASE] [--runs 9]

With DATABASE (made by make_messages_db.py) the bridge has that store, upgraded by an earlier start.
"""
import argparse
import socket
import statistics
import time

from programs import Programs, anonymous_kib, machine, resident_mib, wait_for, wait_until_quiet

REQUEST = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def healthy(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(REQUEST)
            return connection.recv(4096).startswith(b"HTTP/1.1 200")
    except ConnectionError:
        return False


def start_ms(process, port):
    begin = time.perf_counter()
    process.start()
    while not healthy(port):
        assert process.running(), process.tail()
        assert time.perf_counter() - begin < 60, f"{process.name} does not answer"
        time.sleep(0.001)
    return (time.perf_counter() - begin) * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("database", nargs="?")
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args()
    print(machine())
    with Programs(arguments.database) as programs:
        programs.bridge.start()
        wait_for("the first start, which upgrades the store", lambda: programs.bridge_api.get("/health"), 600)
        wait_until_quiet(programs.bridge.process.pid)
        programs.bridge.stop()
        both = (("bridge", programs.bridge, programs.bridge_api, 60, 20), ("gateway", programs.gateway, programs.gateway_api, 40, 12))
        for name, process, api, goal_ms, goal_mib in both:
            times = []
            for _ in range(arguments.runs):
                process.stop()
                times.append(start_ms(process, api.port))
            wait_until_quiet(process.process.pid)
            time.sleep(2)
            print(f"{name}: first 200 after {min(times):.0f} ms at best, median {statistics.median(times):.0f} (goal {goal_ms}); "
                  f"idle {anonymous_kib(process.process.pid) / 1024:.1f} MiB (goal {goal_mib}), "
                  f"{resident_mib(process.process.pid):.1f} with file-backed pages", flush=True)


if __name__ == "__main__":
    main()
