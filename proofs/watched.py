"""A sample of hostile files through the pool, to be run under a watcher: ``python -m proofs.watched N``.

Prints one JSON object: files examined, packets that left or reached any interface of this network
namespace, and files that appeared in the working folder. The bar's script starts it once in an
empty network namespace and once under strace, and ``calls_after_seal`` reads what strace wrote.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections import Counter
from pathlib import Path

from tests.security.hostile import corpus, examined, mutants
from tutela.detect.media.pool import MediaPool, PoolRules

#: Calls that strace writes down: files, network, processes, and the one that seals.
TRACED = "trace=%file,%network,%process,prctl"
#: What a sealed worker is expected to do among the traced calls.
EXPECTED = frozenset({"recvmsg", "exit", "exit_group", "rt_sigreturn", "prctl"})
_LINE = re.compile(r"^(\d+)\s+(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$")


def main(arguments: list[str]) -> None:
    """Examines ``N`` files of each source and prints what it saw."""
    count = int(arguments[0])
    before = set(Path.cwd().iterdir())
    files = [*mutants(count, seed=9)]
    for name in ("pillow-images", "gofuzz-images"):
        files += itertools.islice(corpus(name), count)
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        for _, data in files:
            examined(pool, data)
    appeared = sorted(path.name for path in set(Path.cwd().iterdir()) - before)
    print(json.dumps({"files": len(files), "packets": packets(), "appeared": appeared}))


def packets() -> int:
    """Packets received and sent on all interfaces of this network namespace (``/proc/net/dev``)."""
    total = 0
    for line in Path("/proc/self/net/dev").read_text(encoding="ascii").splitlines()[2:]:
        numbers = line.split(":")[1].split()
        total += int(numbers[1]) + int(numbers[9])
    return total


def calls_after_seal(trace: str) -> tuple[int, Counter[str], list[str]]:
    """(sealed workers, calls of theirs after the seal that were let through, those not expected).

    A call that ended with an error or killed the worker was refused and is not counted.
    """
    sealed: set[str] = set()
    calls: Counter[str] = Counter()
    surprising: list[str] = []
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        pid, call, rest = found.groups()
        if call == "prctl" and "PR_SET_SECCOMP" in rest and rest.rstrip().endswith("= 0"):
            sealed.add(pid)
        elif pid in sealed and call == "clone" and "CLONE_THREAD" in rest:
            sealed.add(rest.rpartition("= ")[2].strip())  # the HEIC worker's one thread, no process
        elif pid in sealed and "= -1 " not in rest and "unfinished" not in rest:
            calls[call] += 1
            if call not in EXPECTED:
                surprising.append(line)
    return len(sealed), calls, surprising


if __name__ == "__main__":
    main(sys.argv[1:])
