"""Checks that every C++ file of the project is as clang-format leaves it.

usage: format.py [--fix]      from the root of the tree; --fix rewrites the files instead
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from house_rules import files_of_project

FORMATTER = "clang-format-14"
CHECK = ["--dry-run", "-Werror", "--ferror-limit=1"]
BATCH = 40  # files of one call: few enough that the cores end at about the same time


def sources():
    return [name for name in files_of_project() if name.endswith((".cpp", ".hpp")) and os.path.isfile(name)]


def run(arguments, files):
    done = subprocess.run([FORMATTER, *arguments, *files], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def main():
    arguments = ["-i"] if "--fix" in sys.argv[1:] else CHECK
    files = sources()
    batches = [files[at:at + BATCH] for at in range(0, len(files), BATCH)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = list(pool.map(lambda batch: run(arguments, batch), batches))
    for status, text in results:
        if status:
            print(text, end="")
    bad = sum(1 for status, _ in results if status)
    print(f"{len(files)} files; {'not all are formatted: tests/architecture/format.py --fix' if bad else 'all formatted'}")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
