"""Who was given what through the list feed: one line a page, on disk before the page leaves the house."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tutela.kernel.errors import Unavailable

#: Name of the feed's folder in the data folder of the service.
FOLDER = "feed"
#: Name of the record in the feed's folder; lines of JSON, only ever added to.
FILE = "deliveries.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One page that left. ``values`` and ``withdrawn`` are counts; no value is ever recorded."""

    time: str
    recipient: str
    token: str
    purpose: str
    lists: tuple[str, ...]
    values: int
    withdrawn: int
    #: Changes from this second on were asked for; ``last`` says that no page follows.
    start: int
    last: bool


class Deliveries:
    """The record. Processes may share it: a line is written at once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def record(self, delivery: Delivery) -> None:
        """Returns when the line is on disk. Raises Unavailable: then nothing may leave."""
        line = (json.dumps(asdict(delivery), ensure_ascii=False) + "\n").encode()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            descriptor = os.open(self._path, flags, 0o600)
            try:
                written = os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise Unavailable(f"the delivery cannot be recorded: {error.strerror}") from error
        if written != len(line):
            raise Unavailable("the delivery cannot be recorded: the disk is full")

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every whole line so far, in order. Raises Unavailable."""
        try:
            with self._path.open("rb") as file:
                for line in file:
                    row = _parsed(line)
                    if row is not None:
                        yield row
        except FileNotFoundError:
            return
        except OSError as error:
            raise Unavailable(f"the record of deliveries cannot be read: {error.strerror}") from error

    def recipients(self) -> dict[str, frozenset[str]]:
        """Everybody who was ever given something, and of which lists: who a leak can come from."""
        given: dict[str, frozenset[str]] = {}
        for row in self.lines():
            given[row["recipient"]] = given.get(row["recipient"], frozenset()) | frozenset(row["lists"])
        return given


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The row of a line; None for the rest of one that a full disk cut off."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and {"recipient", "lists"} <= row.keys() else None
