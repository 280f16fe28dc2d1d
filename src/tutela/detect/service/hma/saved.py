"""Saved answers of an HMA instance's API as an ``Export``: a folder of JSON files.

``banks.json`` is the answer of ``GET /c/banks``. Every other ``*.json`` and ``*.jsonl`` file holds answers
of ``GET /c/bank/<name>/content/<id>?include_signals=true``: one, a list of them, or one a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.hma.exported import (
    Bank,
    Switch,
    Tally,
    checked_bank,
    checked_number,
    entry_of,
    switch_of,
)

#: Bytes of one file that holds no lines; a larger one is better written as JSON lines.
FILE_BYTES_MAX = 64 * 1024 * 1024
#: Bytes of one line of JSON lines: one content with its metadata.
LINE_BYTES_MAX = 1024 * 1024
BANKS = "banks.json"


class Saved:
    """Banks and contents of a folder; contents are read from the files each time they are asked for."""

    def __init__(self, folder: Path) -> None:
        """Reads the banks. Raises ValueError naming the file that is wrong, OSError."""
        self._folder = folder
        found = [one for place, one in _values(folder / BANKS)]
        self.banks: Mapping[str, Bank] = {bank.name: bank for bank in map(_bank, found)}
        if not self.banks:
            raise ValueError(f"{BANKS}: no bank is in it")

    def _contents(self) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
        """(place, number, bank, the answer) of every saved content."""
        files = sorted(path for path in self._folder.iterdir() if path.suffix in (".json", ".jsonl"))
        for path in files:
            if path.name in (BANKS, "exchanges.json"):
                continue
            for place, content in _values(path):
                try:
                    bank = content.get("bank")
                    name = bank.get("name") if isinstance(bank, dict) else bank
                    if not isinstance(name, str) or name not in self.banks:
                        raise ValueError("a content belongs to a bank that is not in banks.json")
                    yield place, checked_number(content.get("id")), name, content
                except ValueError as error:
                    raise ValueError(f"{place}: {error}") from None

    def switched_off(self) -> Iterator[tuple[str, Switch]]:
        """(bank, content that is off), see ``Export``."""
        for place, number, bank, content in self._contents():
            try:
                switch = switch_of(number, content.get("disable_until_ts", 1))
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from None
            if switch is not None:
                yield bank, switch

    def entries(self, tally: Tally) -> Iterator[tuple[str, ListEntry]]:
        """(bank, row of a list), see ``Export``."""
        for place, number, bank, content in self._contents():
            try:
                yield from ((bank, entry) for entry in _entries(number, content, tally))
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from None


def _bank(untrusted: Mapping[str, Any]) -> Bank:
    try:
        return checked_bank(untrusted.get("name"), untrusted.get("matching_enabled_ratio"))
    except ValueError as error:
        raise ValueError(f"{BANKS}: {error}") from None


def _entries(number: int, content: Mapping[str, Any], tally: Tally) -> Iterator[ListEntry]:
    signals = content.get("signals")
    if not isinstance(signals, dict) or not signals:
        raise ValueError("a content without signals; save it with ?include_signals=true")
    note = content.get("note") or ""
    if not isinstance(note, str):
        raise ValueError("a note is a text")
    for name, value in signals.items():
        entry = entry_of(number, name, value, tally, note=note)
        if entry is not None:
            yield entry


def _values(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, JSON object) of one file."""
    if path.suffix == ".jsonl":
        yield from _lines(path)
        return
    if path.stat().st_size > FILE_BYTES_MAX:
        raise ValueError(
            f"{path.name}: longer than {FILE_BYTES_MAX} bytes; write one content a line (.jsonl)"
        )
    loaded = _load(path.read_bytes(), path.name)
    for one in loaded if isinstance(loaded, list) else [loaded]:
        yield path.name, _object(one, path.name)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as file:
        number = 0
        while untrusted_line := file.readline(LINE_BYTES_MAX):
            number += 1
            place = f"{path.name} line {number}"
            if untrusted_line.strip():
                yield place, _object(_load(untrusted_line, place), place)


def _load(untrusted: bytes, place: str) -> Any:
    try:
        return json.loads(untrusted)
    except (ValueError, RecursionError):
        raise ValueError(f"{place}: not JSON") from None


def _object(untrusted: object, place: str) -> dict[str, Any]:
    if not isinstance(untrusted, dict):
        raise ValueError(f"{place}: a JSON object is expected")
    return untrusted
