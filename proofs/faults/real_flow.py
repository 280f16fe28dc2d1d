"""The hotline's own flow, one stage a command: intake, worker, sender, checker, each on ``TUTELA_HOME``.

``python -m proofs.faults.real_flow STAGE`` does all the work of one kind that is there, and ends. What it
calls is the product's: ``receive_report``, the Worker with the registered handlers, the Sender with its lock.
The services of fetcher and opener work in the same process, so that their calls are swept too;
``toy_equipment`` says what is made up.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.ids import new_id
from tutela.kernel.settings import home

STAGES = ("intake", "worker", "sender", "checker")
#: Below TUTELA_HOME: lines of a sighting and how many leaves the log had when its address was given out.
RELEASED = "released"
#: Seconds after which nobody holds what a dead worker had (I5): recovery looks from there.
LATER_SECONDS = 61.0
#: Seconds after a notice was queued at which its place is looked at (``checking.SOON_MINUTES``).
CHECK_SECONDS = 35 * 60 + 60.0

#: Seconds after which a worker that waits for its database is told to stop.
WORKER_SECONDS = 20.0


class LaterClock:
    """The machine's clock, so many seconds on; deadlines run as they are."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._machine = seconds, SystemClock()

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        return self._machine.now() + timedelta(seconds=self._seconds)

    def monotonic_seconds(self) -> float:
        """Seconds of CLOCK_MONOTONIC."""
        return self._machine.monotonic_seconds()


def start(settings: str = "tutela.web.settings") -> None:
    """Django, as in the process whose settings these are."""
    from tutela.web.starting import start_django

    os.umask(0o077)
    start_django(settings)


def intake(number: int, address: str) -> None:
    """Take in so many reports and acknowledge each by its receipt's digest."""
    from tutela.hotline.intake.actions import receive_report

    for place in range(number):
        told = {"addresses": f"{address}?page={place}", "text": f"Please look at {address}"}
        receipt = receive_report(told)
        sys.stdout.write(f"ACK {receipt.digest}\n")
        sys.stdout.flush()


def page(address: str) -> None:
    """Say what the public's page answers to a report: status, and seconds of Retry-After or ``-``."""
    from django.conf import settings
    from django.test import Client

    host = settings.ALLOWED_HOSTS[0]
    answer = Client(headers={"host": host}).post("/report", {"addresses": address, "text": ""})
    sys.stdout.write(f"PAGE {answer.status_code} {answer.headers.get('Retry-After', '-')}\n")


def found() -> None:
    """A person names the recipient of the first notices."""
    from django.db import connections

    from tutela.hotline.ledger.actors import person
    from tutela.hotline.takedown.actions import name_recipient

    name_recipient("abuse@host.test", "Host Ltd", source="person", actor=person(new_id("usr_")))
    connections.close_all()  # the first stage begins with a database without a write-ahead log


@contextmanager
def in_time() -> Iterator[threading.Event]:
    """What a worker is stopped by that waits for its database: it would for ever."""
    stop = threading.Event()
    timer = threading.Timer(WORKER_SECONDS, stop.set)
    timer.daemon = True
    timer.start()
    yield stop


def worker(mark: bytes, clock: Clock, kinds: Sequence[str] = (), media: str = "") -> None:
    """Bring in what waits aside, and do every job that is due."""
    from proofs.faults.looked_at import media_equipment
    from proofs.faults.toy_equipment import toy_equipment
    from tutela.hotline.cases.equipment import equipped
    from tutela.hotline.intake.actions import take_in_spare
    from tutela.hotline.work.running import Worker

    take_in_spare(clock=clock)
    made = media_equipment(Path(media), clock) if media else nullcontext(toy_equipment(home(), mark, clock))
    with in_time() as stop, made as tools, equipped(tools):
        Worker("worker", kinds, clock=clock).run(stop, until_empty=True)


def spare(clock: Clock) -> None:
    """Bring in what waits aside, and nothing else."""
    from tutela.hotline.intake.actions import take_in_spare

    take_in_spare(clock=clock)


def sender(clock: Clock) -> None:
    """What a sender does from its start until nothing is due."""
    from proofs.faults.noting_opener import noting_opener
    from tutela.config import load
    from tutela.hotline.takedown.letterhead import letterhead
    from tutela.hotline.takedown.sender import Sender
    from tutela.hotline.takedown.sender_lock import sender_lock
    from tutela.hotline.takedown.senders import means_of

    means = means_of(load().notices, letterhead(), noting_opener(home()))
    with sender_lock("sender", home()) as name:
        one = Sender(name, means, clock=clock)
        one.recover()
        while one.step():
            pass
        means.mailer.close()


def listed() -> None:
    """Say what the desk lists as doubtful."""
    from tutela.hotline.takedown.queries import in_doubt

    for notice in in_doubt(SystemClock().now()):
        sys.stdout.write(f"LISTED {notice.message_id or notice.public_id}\n")


def every(steps: Mapping[str, Callable[[], None]]) -> int:
    """0 when every stage did its work; one that fails says so, and the next one is tried."""
    failed = 0
    for name in STAGES:
        try:
            steps[name]()
        except Exception:  # noqa: BLE001 - a fault is planted, and any error may come of it
            traceback.print_exc()
            failed = 1
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the stage did its work."""
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=("found", "page", "spare", *STAGES, "all", "every"))
    parser.add_argument("--reports", type=int, default=1)
    parser.add_argument("--address", default="http://host.test/pictures/one.png")
    parser.add_argument("--mark", default="", help="hexadecimal bytes that every fetched body holds")
    parser.add_argument("--media", default="", help="folder of files that the addresses lead to, by name")
    asked = parser.parse_args(arguments)
    start("tutela.web.public_settings" if asked.stage in {"intake", "page"} else "tutela.web.settings")
    later = LATER_SECONDS if asked.stage == "all" else 0.0
    now, then = LaterClock(later), LaterClock(later + CHECK_SECONDS)
    mark = bytes.fromhex(asked.mark)
    steps: Mapping[str, Callable[[], None]] = {
        "found": found,
        "spare": lambda: spare(now),
        "page": lambda: page(asked.address),
        "intake": lambda: intake(asked.reports, asked.address),
        "worker": lambda: worker(mark, now, (), asked.media),
        "sender": lambda: sender(now),
        "checker": lambda: worker(mark, then, ("check_sighting",), asked.media),
    }
    if asked.stage == "every":
        return every(steps)
    for name in STAGES[1:] if asked.stage == "all" else (asked.stage,):
        steps[name]()
    if asked.stage == "all":
        listed()
    return 0


if __name__ == "__main__":
    sys.exit(main())
