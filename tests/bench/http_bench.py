#!/usr/bin/env python3
"""Requests to the gateway, answered by the bridge from stored messages: rates, latencies, CPU a request.

    http_bench.py DATABASE... [--seconds 5]

Each DATABASE is made by make_messages_db.py (its .json manifest beside it); a copy is upgraded and served. With several,
smallest first, the last column is CPU a request over that at the first.
"""
import argparse
import collections
import json
import os
import subprocess
import tempfile
import urllib.parse

from programs import Programs, cpu_seconds, machine, wait_until_quiet

# Requests a second of the FastAPI server at 100,000 messages (its best at 1,000,000 is lower), one worker, quiet machine.
FASTAPI = {"chats": 6.5, "chat messages": 52, "contacts": 570, "health": 6600}
CONNECTIONS = 16
Run = collections.namedtuple("Run", "rate p50 p99 errors gateway_us bridge_us")


def workloads(manifest):
    chats = [urllib.parse.quote(jid, safe="@") for jid in manifest["sample_jids"][:100]]
    words = ["meeting", "reunião", "gracias", "qzmidneedle", "qzrareneedle", "qzcommonneedle"]
    return {
        "health": ["GET\t/health\t"],
        "chats": ["GET\t/chats?limit=20\t"],
        "chat messages": [f"GET\t/chats/{jid}/messages?limit=20\t" for jid in chats],
        "contacts": [f"GET\t/contacts?q={urllib.parse.quote(text)}\t" for text in manifest["contact_queries"]],
        "search": ["POST\t/messages/search\t" + json.dumps({"query": word, "limit": 20}) for word in words],
    }


def start_wrk(port, requests, seconds, connections):
    with tempfile.NamedTemporaryFile("w", suffix=".requests", delete=False) as file:
        file.write("\n".join(requests) + "\n")
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.lua")
    process = subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script, f"http://127.0.0.1:{port}"],
        env={**os.environ, "WA_REQUESTS": file.name}, stdout=subprocess.PIPE, text=True)
    return process, file.name


def finish_wrk(started):
    process, file = started
    output, _ = process.communicate()
    os.unlink(file)
    line = next(line for line in output.splitlines() if line.startswith("RESULT"))
    return [int(word) for word in line.split()[1:]]


def measure(programs, requests, seconds, connections=CONNECTIONS):
    pids = [programs.gateway.process.pid, programs.bridge.process.pid]
    before = [cpu_seconds(pid) for pid in pids]
    count, micros, p50, p99, errors = finish_wrk(start_wrk(programs.gateway_api.port, requests, seconds, connections))
    used = [(cpu_seconds(pid) - start) * 1e6 / max(count, 1) for pid, start in zip(pids, before)]
    return Run(count * 1e6 / micros, p50 / 1e3, p99 / 1e3, errors, *used)


def check_answers(programs, requests):
    """A benchmark of error pages would be a fine one: every kind of request must succeed first."""
    for line in requests:
        method, path, body = line.split("\t")
        status, answer, _ = programs.gateway_api.call(method, path, body.encode() or None,
                                                      {"Content-Type": "application/json"} if body else None)
        assert status == 200, (line, status, answer)


def bench(database, seconds, first):
    with open(database + ".json") as file:
        manifest = json.load(file)
    print(f"\n{manifest['messages']:,} messages, {manifest['chats']} chats, {CONNECTIONS} connections, {seconds} s each")
    print(f"{'':16}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'gateway us':>12}{'bridge us':>11}{'x FastAPI':>11}{'x smallest':>12}")
    results = {}
    with Programs(database) as programs:
        programs.start()
        wait_until_quiet(programs.bridge.process.pid)
        kinds = workloads(manifest)
        for name, requests in kinds.items():
            check_answers(programs, requests)
            run = results[name] = measure(programs, requests, seconds)
            cpu = run.gateway_us + run.bridge_us
            peer = f"{run.rate / FASTAPI[name]:.0f}" if name in FASTAPI else "-"
            growth = f"{cpu / (first[name].gateway_us + first[name].bridge_us):.2f}" if first else "-"
            print(f"{name:16}{run.rate:9.0f}{run.p50:9.2f}{run.p99:9.2f}{run.gateway_us:12.1f}{run.bridge_us:11.1f}{peer:>11}{growth:>12}"
                  + (f"  {run.errors} errors" if run.errors else ""), flush=True)
        searches = start_wrk(programs.gateway_api.port, kinds["search"], seconds + 2, CONNECTIONS)
        busy = measure(programs, kinds["health"], seconds, 1)
        finish_wrk(searches)
        print(f"/health on one connection while {CONNECTIONS} search: p50 {busy.p50:.2f} ms, p99 {busy.p99:.2f} ms", flush=True)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("databases", nargs="+")
    parser.add_argument("--seconds", type=int, default=5)
    arguments = parser.parse_args()
    print(machine())
    first = None
    for database in arguments.databases:
        results = bench(database, arguments.seconds, first)
        first = first or results


if __name__ == "__main__":
    main()
