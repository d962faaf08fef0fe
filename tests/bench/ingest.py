#!/usr/bin/env python3
"""Messages a second of the linked bridge, from the socket to the committed row, beside the speed of opening them alone.

    ingest.py [--messages 20000]

The simulator's Ada writes while the bridge is down: all texts wait in the offline queue, encrypted, on one chain. Then the
bridge starts. The stretch measured lies between the first and the last commit seen, so start and login are left out; CPU
is that of the bridge alone. `bench_signal` opens as many messages of one chain in memory, right afterwards.
"""
import argparse
import os
import re
import sqlite3
import subprocess
import time

from programs import BIN, cpu_seconds, machine

import harness

ADA = "15550002222"


def linked_world():
    """Bridge and Ada have heard from each other, so that what follows is plain messages of one chain."""
    world = harness.World()
    world.person(ADA, "Ada")
    world.link()
    world.sim.post(f"/accounts/{ADA}/send", {"to": world.phone, "text": "hello"})
    harness.wait_for("the first message", lambda: rows(world) == 1)
    world.bridge.post("/api/send", {"recipient": ADA, "message": "hello back"})
    # Until she has opened the answer, her messages are pre-key messages.
    harness.wait_for("the answer at Ada's", lambda: "hello back" in str(world.sim.get(f"/accounts/{ADA}/messages")))
    return world


def rows(world):
    with sqlite3.connect(f"file:{world.data}/messages.db?mode=ro", uri=True) as db:
        # Looked at many times a second: a look at the end of the table costs the machine nothing.
        return db.execute("SELECT coalesce(max(pk) - min(pk) + 1, 0) FROM message").fetchone()[0]


def fill_queue(world, count):
    world.sim.post("/load", {"from": ADA, "to": world.phone, "count": count, "rate": 1e9, "text_prefix": "a text of usual length, number "})
    harness.wait_for("the burst to be written", lambda: not world.sim.get("/load")["running"], 600)
    status = world.sim.get("/load")
    assert status["sent"] == count, status


def drain(world, count):
    """Between the first and the last commit seen: seconds, CPU seconds of bridge and simulator, messages."""
    before, simulator = rows(world), world.simulator.process.pid
    world.bridge_process.start()
    pid = world.bridge_process.process.pid
    first, last, end = None, before, time.monotonic() + 600
    while last < before + count:
        assert time.monotonic() < end and world.bridge_process.running(), f"{last - before} of {count} rows"
        time.sleep(0.02)
        now = rows(world)
        if now != last and first is None:
            first = (time.monotonic(), cpu_seconds(pid), cpu_seconds(simulator), now)
        last = now
    return time.monotonic() - first[0], cpu_seconds(pid) - first[1], cpu_seconds(simulator) - first[2], last - first[3]


def raw_us(count):
    """CPU microseconds of opening one message, by bench_signal of the same build; nothing when that was not built."""
    program = os.path.join(os.path.dirname(BIN), "bench", "bench_signal")
    if not os.path.exists(program):
        return None
    output = subprocess.run([program, str(count)], check=True, stdout=subprocess.PIPE, text=True).stdout
    print(output, end="")
    return float(re.search(r"open\S* +([0-9.]+) us", output).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=20000)
    count = parser.parse_args().messages
    print(machine())
    world = linked_world()
    world.bridge_process.stop()
    fill_queue(world, count)
    wall, cpu, simulator_cpu, stored = drain(world, count)
    each = cpu * 1e6 / stored
    print(f"{stored:,} messages in {wall:.2f} s: {stored / wall:,.0f} a second (goal 10,000); bridge {each:.0f} us CPU a message, "
          f"simulator {simulator_cpu * 1e6 / stored:.0f}")
    raw = raw_us(count)
    if raw:
        print(f"opening alone takes {raw:.1f} us, {raw / each:.2f} of the bridge's CPU a message; "
              f"rate over the raw rate of one core: {stored / wall * raw / 1e6:.2f} (goal 0.7)")
    world.bridge_process.stop()
    world.close()


if __name__ == "__main__":
    main()
