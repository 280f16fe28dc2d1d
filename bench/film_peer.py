"""vpdq on one film, in a process of its own: ``python -m bench.film_peer FILM SECONDS_PER_HASH``.

Prints a JSON object: the CPU seconds of its one call, and the frames as ``[number, hex, quality]``.
A process that has just made a film is no measure for a peer: what malloc kept from the making spares
vpdq the page faults of its frames (4.0 instead of 6.2 s measured for 12 s of film, once in a process).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.paired import peer

#: A film of a minute, every frame, takes about 35 CPU seconds (performance.md section 5).
RUN_SECONDS = 900


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerRun:
    """One run of vpdq: CPU seconds of the hashing alone; frames as number, 64 hex digits, quality."""

    cpu_seconds: float
    frames: list[tuple[int, str, int]]


def run_peer(film: Path, seconds_per_hash: float) -> PeerRun:
    """vpdq on ``film`` with one thread, in a new process that finds what this one can import."""
    command = [sys.executable, "-m", "bench.film_peer", str(film), str(seconds_per_hash)]
    paths = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    done = subprocess.run(command, capture_output=True, check=True, timeout=RUN_SECONDS, env=paths)
    said = json.loads(done.stdout)
    return PeerRun(cpu_seconds=said["cpu_seconds"], frames=[tuple(one) for one in said["frames"]])


def hash_film(film: str, seconds_per_hash: float) -> PeerRun:
    """vpdq on ``film`` in this process; LookupError where vpdq is missing."""
    vpdq = peer("vpdq")
    if vpdq is None:
        raise LookupError("vpdq")
    start = time.process_time()
    features = vpdq.computeHash(film, seconds_per_hash=seconds_per_hash, thread_count=1)
    spent = time.process_time() - start
    return PeerRun(cpu_seconds=spent, frames=[(one.frame_number, one.hex, one.quality) for one in features])


if __name__ == "__main__":
    done = hash_film(sys.argv[1], float(sys.argv[2]))
    print(json.dumps({"cpu_seconds": done.cpu_seconds, "frames": done.frames}))
