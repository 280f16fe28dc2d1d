"""The match service in the demonstration: one known picture, mirrored, asked about as HMA's clients ask.

Nothing leaves this machine: the service listens on loopback, on its usual port or on another one, and ends
with the demonstration.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.clock import Clock
from tutela.kernel.egress.destinations import parse_destination
from tutela.kernel.egress.posting import Poster
from tutela.kernel.errors import TutelaError, Unavailable

Say = Callable[[str], None]

#: The service's own port first (decisions.md section 8), then others if that one is busy.
PORTS = (8702, 18702, 28702, 38702)
#: Seconds until the service answers: its processes and their sandbox start in about two.
START_SECONDS = 60.0
#: Seconds in which a change must be live; it takes a tenth of one.
LIVE_SECONDS = 10.0
#: Seconds in which it ends.
END_SECONDS = 30.0
#: Seconds between two attempts.
AGAIN_SECONDS = 0.2
_BOUNDARY = "tutela-demo-part"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What the service answered to the mirrored copy: banks with ids and distances, as HMA shapes it."""

    found: bool
    answer: str


def show_service(
    home: Path, header: ListHeader, entries: Sequence[ListEntry], mirrored: Path, say: Say, *, clock: Clock
) -> Shown:
    """The answer to the file ``mirrored``, whose upright original is in ``entries``; said with its command.

    Raises Unavailable when the service does not come up (the extra ``service`` may be missing).
    """
    token = _prepared(home / "match", header, entries, clock)
    with _running(home, clock) as port:
        address = f"http://127.0.0.1:{port}/hma/{token}/m/lookup"
        status, answer = _asked(address, mirrored.read_bytes(), header.name, clock)
    say("     a client of HMA changes its base address and nothing else:")
    say(f"     $ curl -F photo=@{mirrored} http://127.0.0.1:{port}/hma/TOKEN/m/lookup")
    say(f"     {answer}")
    found = status == 200 and header.name in answer
    say(f"     {_EXPLAINED if found else 'this was not expected: the copy should have been found'}")
    return Shown(found=found, answer=answer)


_EXPLAINED = (
    "The copy is mirrored, so HMA's own hasher would find nothing; tutela looks at all eight orientations. "
    "The distance is in bits of 256; up to 31 is a candidate for one protected look."
)


def _prepared(folder: Path, header: ListHeader, entries: Sequence[ListEntry], clock: Clock) -> str:
    """A token of a data folder whose change log holds the list."""
    from tutela.detect.service.assembly import CHANGES, TOKENS
    from tutela.detect.service.changes import Draft
    from tutela.detect.service.roles import CallerLimits
    from tutela.detect.service.sqlite_log import SqliteChangeLog
    from tutela.detect.service.token_file import Wanted, issue

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = SqliteChangeLog(folder / CHANGES, clock=clock)
    try:
        named = replace(header, salt=b"", law="none: a demonstration", legal_class="csam")
        log.append(Draft(list=header.name, act="create", caller="demo", header=named))
        log.append(Draft(list=header.name, act="add", caller="demo", entries=tuple(entries)))
    finally:
        log.close()
    wanted = Wanted(
        name="demo", roles=("detail",), purpose="the demonstration", days=1, limits=CallerLimits(), feeds=()
    )
    token, _ = issue(folder / TOKENS, wanted, clock.now())
    return token


@contextmanager
def _running(home: Path, clock: Clock) -> Iterator[int]:
    """The port of a service over ``home``; it ends with the block."""
    # A change log that the settings of this machine name is the house's own, not for a demonstration.
    environment = {
        **os.environ,
        "TUTELA_HOME": str(home.resolve()),
        "TUTELA_SERVICE__HMA__ENABLED": "true",
        "TUTELA_SERVICE__CHANGE_LOG": "",
    }
    for port in PORTS:
        command = [sys.executable, "-m", "tutela", "serve", "match", "--port", str(port), "--workers", "1"]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            if _is_up(process, port, clock):
                yield port
                return
        finally:
            process.terminate()
            _end(process)
    raise Unavailable(
        "the match service did not come up; is the extra installed? pip install 'tutela[service]'"
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_up(process: subprocess.Popen[bytes], port: int, clock: Clock) -> bool:
    """Whether this very process answers on the port within the time; False when it ended."""
    deadline = clock.monotonic_seconds() + START_SECONDS
    while clock.monotonic_seconds() < deadline:
        if process.poll() is not None:
            return False
        try:
            _post(f"http://127.0.0.1:{port}/v1/match", b"", "application/json")
        except TutelaError:
            _pause(process)
        else:
            return process.poll() is None
    return False


def _pause(process: subprocess.Popen[bytes]) -> None:
    """Waits a moment, or until the process ends."""
    try:
        process.wait(AGAIN_SECONDS)
    except subprocess.TimeoutExpired:
        return


def _asked(address: str, picture: bytes, bank: str, clock: Clock) -> tuple[int, str]:
    """Status and body of the answer that names ``bank``, or of the last one in the time that it has.

    List and entries are two changes: they are live within a second, one after the other.
    """
    deadline = clock.monotonic_seconds() + LIVE_SECONDS
    form = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="mirrored.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = form.encode() + picture + f"\r\n--{_BOUNDARY}--\r\n".encode()
    while True:
        status, answer = _post(address, body, f"multipart/form-data; boundary={_BOUNDARY}")
        if bank in answer or clock.monotonic_seconds() >= deadline:
            return status, answer


def _post(address: str, body: bytes, kind: str) -> tuple[int, str]:
    answer = Poster().post(parse_destination(address), {"Content-Type": kind}, body)
    text = answer.untrusted_body.decode("utf-8", "replace")
    return answer.status, _on_one_line(text)


def _on_one_line(untrusted_text: str) -> str:
    try:
        told: Any = json.loads(untrusted_text)
    except ValueError:
        return untrusted_text
    return json.dumps(told)
