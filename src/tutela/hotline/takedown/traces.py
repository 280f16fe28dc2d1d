"""What the mail server on this machine knows of a message: evidence for a notice in doubt (rule 4).

A trace is looked for by Message-ID, which the notice has kept through every attempt. That nothing was found
is evidence only where the log covers the whole time in question; otherwise nobody knows.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Literal, Protocol, cast

#: accepted: the server has or had it. absent: it certainly never took it. bounced: it took it and gave it
#: back. unknown: its traces say nothing.
Trace = Literal["accepted", "absent", "bounced", "unknown"]
#: Seconds by which the log has to begin before the attempt and go on after it: clocks and buffers.
MARGIN_SECONDS = 5.0
#: Bytes of a log line that are read (syslog lines are shorter).
LINE_BYTES_MAX = 8_192
#: ``2026-05-04T03:02:01.123456+00:00 host postfix/cleanup[123]: 4ABC: message-id=<...>``.
_LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) "
    r"\S+ postfix/(?P<part>[a-z/-]+)\[\d+\]: "
    r"(?:(?P<queue>[0-9A-Za-z]+): )?(?P<rest>.*)"
)


class MailTrace(Protocol):
    """Asks the mail server's own queue and log."""

    def find(self, message_id: str, *, since: datetime, until: datetime) -> Trace:
        """What is known of the message that was tried between ``since`` and ``until``. Never raises."""
        ...


@dataclass
class MemoryTrace:
    """The fake: a table, and ``unknown`` for what is not in it."""

    known: dict[str, Trace] = field(default_factory=dict)

    def find(self, message_id: str, *, since: datetime, until: datetime) -> Trace:
        """The table's word."""
        return self.known.get(message_id, "unknown")


class NoTrace:
    """For a mail server that cannot be asked: persons settle every doubt."""

    def find(self, message_id: str, *, since: datetime, until: datetime) -> Trace:
        """``unknown``."""
        return "unknown"


class PostfixTrace:
    """Reads postfix's log: ``cleanup`` names the Message-ID of each message that comes in, whole or not.

    A message counts as accepted once ``qmgr`` has it (``queue active``): postfix has written it down by then
    and delivers it, whatever became of the connection; as bounced where a ``status=bounced`` follows. ``log``
    is the file; one that was rotated (``.1``, ``.1.gz``) is read before it. Times are RFC 3339 with a zone
    (rsyslog's default since 2022); lines of another form are passed over, and a log of them says nothing.
    """

    def __init__(self, log: Path) -> None:
        self._log = log

    def find(self, message_id: str, *, since: datetime, until: datetime) -> Trace:
        """What the log says."""
        try:
            return _read(_lines(self._log), message_id, since, until)
        except (OSError, EOFError, ValueError):
            return "unknown"


def _read(lines: Iterable[str], message_id: str, since: datetime, until: datetime) -> Trace:
    named = f"message-id={message_id}"
    mine: set[str] = set()
    first: datetime | None = None
    last: datetime | None = None
    found: Trace = "absent"
    for line in lines:
        parsed = _LINE.match(line)
        if parsed is None:
            continue
        last = datetime.fromisoformat(parsed["time"])
        first = first or last
        if parsed["part"] == "cleanup" and parsed["rest"].split(",")[0].strip() == named:
            mine.add(parsed["queue"])
        elif parsed["queue"] in mine:
            found = _later(found, parsed["part"], parsed["rest"])
    if found != "absent":
        return found
    margin = timedelta(seconds=MARGIN_SECONDS)
    covered = first is not None and last is not None and first <= since - margin and last >= until + margin
    return "absent" if covered and not mine else "unknown"


def _later(found: Trace, part: str, rest: str) -> Trace:
    """What one more line about the message adds."""
    if "status=bounced" in rest:
        return "bounced"
    taken = part == "qmgr" and "queue active" in rest
    return "accepted" if taken and found != "bounced" else found


def _lines(log: Path) -> Iterator[str]:
    """The lines of the rotated log, if there is one, and of the log."""
    for path in (log.with_name(log.name + ".1.gz"), log.with_name(log.name + ".1"), log):
        if path.exists() or path == log:
            with _opened(path) as file:
                while line := file.readline(LINE_BYTES_MAX):
                    yield line.decode("utf-8", "replace")


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
