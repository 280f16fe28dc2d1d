"""The screen path as a process of its own, for the proof of bar 9. Run with the guard's Python.

``python -m proofs.screen_guard FILE ...``: the files are declared known. Says ``ready`` once it looks, then a
JSON line for each line on its input; ends with it. The judge is the guard's own, with sandboxed workers and
no classifier; its list is a double that compares PDQ hashes by brute force.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.prevent.guard.judging.making import known_of
from tutela.prevent.guard.judging.ladder import open_judge
from tutela.prevent.guard.screen.running import open_screen


def main(files: list[str]) -> None:
    """Runs until the input ends."""
    judge = open_judge(known_of(*(Path(one).read_bytes() for one in files)))
    blocked: list[str] = []
    try:
        with open_screen(judge, blocked=lambda _path, tier: blocked.append(tier)) as running:
            print("ready", flush=True)
            for _ in sys.stdin:
                watch = running.watch
                told = {
                    "looks": running.looks,
                    "first": watch.first_veils,
                    "held": watch.held_veils,
                    "blocked": blocked,
                    "veiled": len(watch.veiled),
                    "trouble": running.trouble,
                }
                print(json.dumps(told), flush=True)
    finally:
        judge.close()


if __name__ == "__main__":
    main(sys.argv[1:])
