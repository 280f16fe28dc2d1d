"""A house that watches many places of a hundred plain hosts, all of them due now, and what looks at them.

``python -m proofs.recheck_house COUNT PORT HOSTS [ADMIN]`` fills the house of TUTELA_HOME; the rest is for
``proofs.i4_05``: a fetcher and workers, the product's own processes, over loopback.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofs import chain_fetcher
from proofs.machine import ROOT
from tutela.demo.world.contents import content
from tutela.demo.world.crowd import SEED, crowd_names
from tutela.kernel.clock import SystemClock
from tutela.kernel.fetcher.asking import SOCKET
from tutela.processes.places import sockets
from tutela.processes.probing import listens_at
from tutela.processes.starting import python_command
from tutela.web.starting import start_django

if TYPE_CHECKING:
    from proofs.house_columns import Filling

#: Seconds until the fetcher listens; after that many the run is given up.
START_SECONDS = 60.0
#: Looks of before that each place has.
LOOKS = 2
_TICK = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> None:
    """Fills the house, and prints the rows of each table."""
    count, port, hosts, *admin = arguments
    start_django()
    from proofs.house_filling import fill

    rows = fill(watched(int(count), int(port), int(hosts)), admin="".join(admin))
    print(json.dumps(rows))


def watched(count: int, port: int, hosts: int) -> Iterator[Filling]:
    """So many places that were told of and are looked at again, each at its host in turn."""
    from proofs.house_columns import Filling, Size, a_digest, an_id
    from tutela.hotline.cases.addresses import fetch_key_store
    from tutela.hotline.cases.index_key import read_index_key
    from tutela.hotline.cases.models import Item, Sighting
    from tutela.hotline.takedown.actions.checking import KIND
    from tutela.hotline.takedown.models import Check, Watch
    from tutela.hotline.work.models import LATER, Job
    from tutela.kernel.custody.sealed_texts import seal_text
    from tutela.kernel.egress.urls import parse_url
    from tutela.kernel.settings import home

    now = SystemClock().now()
    size, fetch, index_key = (
        Size(reports=count, now=now),
        fetch_key_store(home(), SystemClock()),
        read_index_key(home()),
    )
    names = crowd_names(hosts)
    digests = [index_key.host_digest(parse_url(f"http://{name}:{port}/")) for name in names]
    epoch, known = fetch.current().id, hashlib.sha256(content("original", SEED)).hexdigest()
    sighting, before = an_id("sgt_"), size.moment(0.999)

    def address(number: int) -> bytes:
        return seal_text(f"http://{names[number % hosts]}:{port}/n/{number // hosts}.jpg", fetch)

    def due(number: int) -> str:
        """In the order of the table, within the last day; all are late."""
        return f"{now - timedelta(days=1) + timedelta(seconds=number / count * 80_000):%Y-%m-%d %H:%M:%S.%f}"

    yield Filling(model=Item, count=count, rules={
        "public_id": an_id("itm_"), "kind": "picture", "source": "report", "state": "watched",
        "state_reason": "watch_begun", "opened_at": before, "moved_at": before,
    })  # fmt: skip
    yield Filling(model=Sighting, count=count, rules={
        "public_id": sighting, "item": lambda number: number + 1, "how": "fetched", "seen_at": before,
        "url_for_fetch": address, "fetch_epoch": epoch, "url_digest": a_digest("url"),
        "host_digest": lambda number: digests[number % hosts], "status_code": 200, "sha256": known,
        "process": "fetcher", "reason": "report", "log_index": 0,
    })  # fmt: skip
    yield Filling(model=Watch, count=count, rules={
        "sighting": lambda number: number + 1, "standing": "there", "found": "present", "since": before,
    })  # fmt: skip
    yield Filling(model=Check, count=LOOKS * count, rules={
        "public_id": an_id("chk_"), "sighting": lambda number: number // LOOKS + 1, "vantage": "direct",
        "result": "present", "looked_at": before,
    })  # fmt: skip
    yield Filling(model=Job, count=count, rules={
        "job_id": an_id("job_"), "kind": KIND, "version": 1, "priority": 5, "state": LATER,
        "arguments": lambda number: json.dumps({"sighting": sighting(number)}),
        "key": lambda number: f"{KIND}-{sighting(number)}",
        "host": lambda number: digests[number % hosts], "due": due, "made": before,
    })  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckHouse:
    """The house in a folder, with the settings that every process of it has."""

    home: Path
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Of each of its processes."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
        paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        return {**kept, "PYTHONPATH": paths, "TUTELA_HOME": str(self.home), **self.settings}

    def found(self, count: int, hosts: int, admin: str = "") -> dict[str, Any]:
        """Rows of each table, once the house stands with so many watched places."""
        self.run(*python_command(("hotline", "init", "--demo")))
        told = self.run(
            sys.executable, "-m", "proofs.recheck_house", str(count), str(self.port), str(hosts), admin
        )
        rows: dict[str, Any] = json.loads(told.splitlines()[-1])
        return rows

    def run(self, *command: str) -> str:
        """What a command on this house printed. Raises CalledProcessError."""
        return subprocess.run(
            command, env=self.environment(), cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
        ).stdout

    @contextmanager
    def looking(self, workers: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
        """Fetcher and workers by name, until the block ends; they are asked to end, and waited for."""
        with (self.home / "said.log").open("ab") as said:
            running = {"fetcher": self._start(chain_fetcher.command(self.port), said)}
            try:
                self._wait()
                for number in range(workers):
                    words = ("work", "run", "--name", f"worker-{number}", "--kind", "check_sighting")
                    running[f"worker {number}"] = self._start(python_command(words), said)
                yield running
            finally:
                for one in reversed(running.values()):
                    one.terminate()
                    one.wait(timeout=60)

    def _start(self, command: tuple[str, ...], said: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=self.environment(), cwd=ROOT, stdout=said, stderr=said)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not listens_at(sockets(self.home) / SOCKET):
            if time.monotonic() > until:
                raise RuntimeError("the fetcher does not come up")
            time.sleep(0.1)


def cpu_seconds(process: int) -> float:
    """Seconds of CPU that a process had so far, its threads included (proc(5)); 0 where it is gone."""
    with suppress(OSError):
        words = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / _TICK
    return 0.0


if __name__ == "__main__":
    main(sys.argv[1:])
