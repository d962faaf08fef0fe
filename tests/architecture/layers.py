"""Checks that every include goes where the house plan allows (docs/architecture.md).

usage: layers.py ROOMS.TXT      from the root of the tree; ROOMS.TXT is written by CMake
"""

import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

# Layers that must not know each other, however they are declared: (who, whom).
FORBIDDEN_LAYERS = [
    ("common", "bridge"),
    ("common", "gateway"),
    ("common", "proto"),
    ("gateway", "bridge"),
    ("gateway", "proto"),
    ("bridge", "gateway"),
    ("common", "tests"),
    ("bridge", "tests"),
    ("gateway", "tests"),
]

# The protocol library could be taken out and used by another program: all it may take from common.
PROTOCOL = "bridge/whatsapp"
PROTOCOL_MAY_USE = {
    "common/async", "common/bytes", "common/clock", "common/crypto", "common/files", "common/log", "common/metrics", "common/result", "proto",
}
PROTOCOL_EXCEPTIONS = {
    (f"{PROTOCOL}/transport", "common/http"),  # the WebSocket under the Noise channel
    (f"{PROTOCOL}/client", "common/http"),     # the client version is refreshed over HTTPS
    (f"{PROTOCOL}/pairing", "common/json"),    # passkey challenges are JSON on the wire
    (f"{PROTOCOL}/media", "common/http"),      # media hosts speak HTTP
    (f"{PROTOCOL}/media", "common/json"),      # and answer uploads in JSON
}

# One library, one room: a prefix of the header's name, and the rooms that may include it.
LIBRARIES = {
    "sqlite3": {"common/sqlite"},
    "signal/": {f"{PROTOCOL}/signal"},
    "signal_protocol": {f"{PROTOCOL}/signal"},
    "rapidjson/": {"common/json"},
    "spdlog/": {"common/log"},
    "CLI/": {"common/config"},
    "yaml-cpp/": {"common/config"},
    "prometheus/": {"common/metrics"},
    "sodium": {"common/crypto"},
    "openssl/": {"common/crypto", "common/http", "common/async"},
    "boost/asio/ssl": {"common/async", "common/http"},
    "boost/beast": {"common/async", "common/http"},
    "zlib": {f"{PROTOCOL}/binary"},
    "qrencode": {"bridge/api"},
    "png": {"bridge/api", "bridge/convert/pictures"},
    "turbojpeg": {"bridge/convert/pictures"},
    "webp/": {"bridge/convert/pictures"},
    "opus": {"bridge/convert/voice"},
    "opus/": {"bridge/convert/voice"},
    "opusfile": {"bridge/convert/voice"},
    "ogg/": {"bridge/convert/voice"},
    "libavcodec/": {"bridge/convert/worker"},
    "libavformat/": {"bridge/convert/worker"},
    "libavutil/": {"bridge/convert/worker"},
    "libswresample/": {"bridge/convert/worker"},
    "libswscale/": {"bridge/convert/worker"},
    "seccomp": {"bridge/convert/worker"},
    "speex/": {"bridge/convert/voice"},
    "google/protobuf": {"proto"},
    "iostream": set(),  # static initialisers in every file; log and fmt do its work
    "regex": set(),     # slow, and recursive on hostile input
}


def read_rooms(text):
    """`folder=use` starts a room, lines without `=` are its further uses. A program and the library of its parts share
    a folder, and so one entry."""
    rooms, folder = {}, None
    for line in text.split():
        if "=" in line:
            folder, use = line.split("=", 1)
            rooms.setdefault(folder, set())
        else:
            use = line
        if use and use != folder:
            rooms[folder].add(use)
    return rooms


def room_of(path, rooms):
    """The innermost room that a path from the root lies in, or None."""
    for parent in Path(path).parents:
        if str(parent) in rooms:
            return str(parent)
    return None


def is_inside(room, layer):
    return room == layer or room.startswith(layer + "/")


def check_declarations(rooms):
    for room, uses in sorted(rooms.items()):
        for use in sorted(uses - rooms.keys()):
            yield f"{room}: USES {use}, which is no room"
        for who, whom in FORBIDDEN_LAYERS:
            for use in sorted(uses):
                if is_inside(room, who) and is_inside(use, whom):
                    yield f"{room}: USES {use}, but {who} must not know {whom}"
        if is_inside(room, PROTOCOL):
            for use in sorted(uses - PROTOCOL_MAY_USE):
                if not is_inside(use, PROTOCOL) and (room, use) not in PROTOCOL_EXCEPTIONS:
                    yield f"{room}: USES {use}, which the protocol library must not know"


def find_cycle(rooms):
    """Rooms of one cycle of uses, first and last the same; empty when there is none."""
    done = set()

    def visit(room, way):
        if room in way:
            return way[way.index(room):] + [room]
        if room in done:
            return []
        for use in sorted(rooms.get(room, ())):
            cycle = visit(use, way + [room])
            if cycle:
                return cycle
        done.add(room)
        return []

    for room in sorted(rooms):
        cycle = visit(room, [])
        if cycle:
            return cycle
    return []


def check_file(path, text, rooms):
    """Problems of one file; `path` is relative to the root."""
    room = room_of(path, rooms)
    if room is None:
        return
    for quoted, angled in INCLUDE.findall(text):
        header = quoted or angled
        if not is_inside(room, "tests"):
            for prefix, allowed in LIBRARIES.items():
                matches = header.startswith(prefix) if prefix.endswith("/") else re.fullmatch(prefix + r"([_./].*)?", header)
                if matches and room not in allowed:
                    yield f"{path}: includes <{header}>, which only {', '.join(sorted(allowed)) or 'nobody'} may"
            if header.startswith("boost/beast") and path.endswith(".hpp"):
                yield f"{path}: Beast in a header costs every includer many seconds"
        if not quoted or quoted.endswith(".h") and not quoted.endswith(".pb.h"):
            continue
        other = room_of(quoted, rooms)
        if other is None:
            yield f'{path}: "{quoted}" is in no room (includes are written from the root)'
        elif other != room:
            if other not in rooms[room]:
                yield f'{path}: "{quoted}" is in {other}, which is not among the USES of {room}'
            if "detail" in Path(quoted).relative_to(other).parts:
                yield f'{path}: "{quoted}" is private to {other}'


def main():
    rooms = read_rooms(Path(sys.argv[1]).read_text())
    problems = list(check_declarations(rooms))
    cycle = find_cycle(rooms)
    if cycle:
        problems.append("rooms use each other in a circle: " + " -> ".join(cycle))
    files = 0
    for top in ("common", "bridge", "gateway", "tests"):
        for path in sorted(Path(top).rglob("*.[ch]pp")):
            if path.name.endswith("_test.cpp"):
                continue  # no part of a room, even where they share its folder; may use everything
            files += 1
            problems += check_file(str(path), path.read_text(), rooms)
    for problem in problems:
        print(problem)
    print(f"{len(rooms)} rooms, {files} files, {len(problems)} problems")
    return 1 if problems or not rooms or not files else 0


if __name__ == "__main__":
    sys.exit(main())
