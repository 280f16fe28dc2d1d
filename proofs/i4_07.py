"""Bar 7: 50,000 junk posts in ten minutes keep no report out, and nothing of whoever sends stands anywhere.

A public process as it is served, with a database of its own, is sent junk and 500 reports of people, every
fifth urgent. People behave as people: they type for some seconds, and press the button again where they are
asked to wait. The tier ``ci`` does the same for half a minute.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from proofs.crowd_client import CANARIES, Crowd, Seen
from proofs.figure import Figure, Tier, script
from proofs.machine import ROOT

BAR, REPLAY = "i4-7", "make proofs BAR=i4-7"
#: Seconds of junk by tier.
SECONDS = {"full": 600, "ci": 30}
#: Seed of when people come.
SEED = 5_007
#: Seconds in which the process must answer at first.
START_SECONDS = 60


def founded(home: Path) -> None:
    """Database and keys of a house, made by a process of its own."""
    made = (
        "from tutela.web.starting import start_django; start_django()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from pathlib import Path; from tutela.kernel.clock import SystemClock\n"
        "from tutela.hotline.cases.addresses import fetch_key_store\n"
        "from tutela.kernel.custody.key_files import FileKeyStore\n"
        f"home = Path({str(home)!r}); clock = SystemClock()\n"
        "fetch_key_store(home, clock).rotate()\n"
        "FileKeyStore(home / 'vault' / 'epochs', home / 'vault' / 'keys', clock).rotate()\n"
    )
    subprocess.run([sys.executable, "-c", made], env=environment(home), cwd=ROOT, check=True, timeout=120)


def environment(home: Path) -> dict[str, str]:
    """The environment of a process of this house alone."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    return kept | {"TUTELA_HOME": str(home)}


@contextmanager
def served(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Host and port of a public process, and the process; what it says stands in ``home``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "tutela", "serve", "public", "--listen", host]
    with (home / "public.log").open("wb") as said:
        process = subprocess.Popen(command, env=environment(home), cwd=ROOT, stdout=said, stderr=said)
        try:
            wait(host)
            yield host, process
        finally:
            process.terminate()
            process.wait(timeout=60)


def wait(host: str) -> None:
    """Return once the form is answered."""
    until = time.monotonic() + START_SECONDS
    while Crowd(host, seconds=1, seed=0)._asked("GET", {})[0] != 200:
        if time.monotonic() > until:
            raise RuntimeError("the public process does not answer")
        time.sleep(0.3)


def memory_bytes(process: subprocess.Popen[bytes]) -> int:
    """Resident memory of the process and of those that it started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in [process.pid, *children]]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def kept(home: Path, seen: Seen) -> int:
    """How many of the receipts that people were shown are those of reports in the database or spare area."""
    import sqlite3

    from tutela.hotline.intake.receipts import digest_of

    with sqlite3.connect(home / "hotline.sqlite") as database:
        known = {row[0] for row in database.execute("SELECT receipt_digest FROM intake_report")}
    known |= {path.read_text() for path in (home / "spare").glob("*.report")}
    aside = "".join(one for one in known if len(one) > 64)
    digests = [digest_of(words) for words in seen.receipts]
    return sum(digest in known or digest in aside for digest in digests)


def traces(home: Path) -> int:
    """Files below ``home`` in which an address or a browser of the clients stands."""
    marks = [mark.encode() for mark in CANARIES]
    files = [path for path in home.rglob("*") if path.is_file()]
    return sum(any(mark in path.read_bytes() for mark in marks) for path in files)


def record(figure: Figure, crowd: Crowd, seen: Seen) -> None:
    """What the clients saw, against the bar."""
    urgent = [1_000 * one for one in seen.urgent] or [0.0, 0.0]
    figure.count("junk posts", sum(seen.junk.values()))
    figure.count("reports of people", crowd.people)
    figure.count("times that somebody was asked to wait", seen.waits)
    arrived = len(seen.good) + len(seen.urgent)
    figure.record("reports of people that arrived", 100 * arrived / crowd.people, "%", bar="== 100")
    figure.record("urgent lane, p95", quantiles(urgent, n=20)[-1], "ms", bar="<= 2000")
    figure.record("urgent lane, median", median(urgent), "ms")
    figure.table("status of junk, number", sorted(seen.junk.items()))
    if arrived < crowd.people:
        figure.failure(REPLAY, f"{crowd.people - arrived} reports of people did not arrive")


def main(tier: Tier) -> int:
    """One public process, one crowd."""
    figure = Figure(bar=BAR, tier=tier)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        founded(home)
        with served(home) as (host, process):
            before = memory_bytes(process)
            crowd = Crowd(host, seconds=SECONDS[tier], seed=SEED)
            seen = crowd.run()
            grown = memory_bytes(process) - before
        record(figure, crowd, seen)
        lacking = len(seen.receipts) - kept(home, seen)
        figure.record("acknowledged and not kept", lacking, "reports", bar="== 0")
        figure.record("files with an address or browser of a sender", traces(home), "files", bar="== 0")
        figure.record("memory that the process grew by", grown / (1 << 20), "MiB", bar="<= 200")
    return figure.save()


if __name__ == "__main__":
    script(main)
