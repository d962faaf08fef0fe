"""Checks what holds for every file: no machine-bound text, no overlong file, the few calls that have one home.

usage: house_rules.py      from the root of the tree
"""

import re
import subprocess
import sys
from pathlib import Path

MAX_LINES = 400
# What people do not read from top to bottom may be long.
LONG_ALLOWED = re.compile(r"(^|/)(package-lock\.json|LICENSE|token_text\.cpp)$|\.(md|svg|css|js|html|json|txt|proto|yaml)$|^tests/data/")
SOURCE = re.compile(r"\.(cpp|hpp|c|h)$")
BINARY = re.compile(r"\.(png|ico|woff2?|ogg|jpg|bin|gz|db)$|^tests/fuzz/corpus/")

# Written in pieces, so that this file passes its own check.
REGISTRIES = ["registry." + "npm", "npm" + "js.", "pypi." + "org", "proxy." + "golang", "crates." + "io", "deb." + "debian",
              "rubygems." + "org", "docker." + "io", "gcr." + "io"]
HOME_FOLDERS = re.compile(r"(?<![\w.:/}])/(?:" + "home|root|Users|work" + r")/\w")

# Calls with one home (style guide): pattern, rooms where it may stand, why.
ONE_HOME = [
    (re.compile(r"\bgetenv\s*\("), ("common/config/", "tests/"), "the environment is read by common/config alone"),
    (re.compile(r"\bsystem_clock::now\s*\(|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)"), ("common/clock/", "tests/"),
     "the time of day comes from a common::Clock"),
    (re.compile(r"\basio::detached\b"), ("common/async/", "tests/"), "coroutines are owned by a TaskGroup"),
]


def check_text(path, text):
    """Problems of one text file; `path` is relative to the root."""
    lines = text.splitlines()
    if len(lines) > MAX_LINES and not LONG_ALLOWED.search(path):
        yield f"{path}: {len(lines)} lines; a file past {MAX_LINES} hides a second concept"
    for number, line in enumerate(lines, 1):
        for host in REGISTRIES:
            if host in line:
                yield f"{path}:{number}: names a package registry ({host})"
        if HOME_FOLDERS.search(line):
            yield f"{path}:{number}: names a folder of one machine"
        if SOURCE.search(path) and not line.lstrip().startswith("//"):
            for pattern, homes, why in ONE_HOME:
                if pattern.search(line) and not path.startswith(homes):
                    yield f"{path}:{number}: {why}"


def files_of_project():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        return sorted(name for name in listed.stdout.split("\0") if name)
    skipped = {"build", "node_modules", "store", ".cache"}  # an unpacked archive without its history
    return sorted(str(path) for path in Path(".").rglob("*") if path.is_file() and not skipped & set(path.parts))


def main():
    problems, files = [], 0
    for name in files_of_project():
        path = Path(name)
        if BINARY.search(name) or not path.is_file() or path.is_symlink():
            continue
        files += 1
        problems += check_text(name, path.read_text(errors="replace"))
    for problem in problems:
        print(problem)
    print(f"{files} files, {len(problems)} problems")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
