"""An HMA database dump as an ``Export``. Tables and columns: HMA 1.1.7, storage/postgres/database.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.hma.copy_rows import Row, rows
from tutela.detect.service.hma.exported import (
    Bank,
    Switch,
    Tally,
    checked_bank,
    checked_number,
    entry_of,
    switch_of,
)


class Dump:
    """Banks and contents of a dump; the values are read from the file each time they are asked for."""

    def __init__(self, path: Path) -> None:
        """Reads banks and contents. Raises ValueError naming the line that is wrong, OSError."""
        self._path = path
        self._exchanges: dict[str | None, str] = {}
        #: By number: the bank's row; of a content its bank's number, its switch unless it is on, its note.
        self._rows: dict[int, Row] = {}
        self._owners: dict[int, int] = {}
        self._switches: dict[int, Switch] = {}
        self._notes: dict[int, str] = {}
        self._read()
        if not self._rows:
            raise ValueError("the dump holds no table bank: is it HMA's database?")
        self._names: dict[int, str] = {}
        self.banks: Mapping[str, Bank] = {bank.name: bank for bank in self._banks()}

    def _read(self) -> None:
        takers = {
            "exchange": self._take_exchange,
            "bank": self._take_bank,
            "bank_content": self._take_content,
        }
        for row in rows(self._path, takers):
            with _naming(row):
                takers[row.table](row)

    def _take_exchange(self, row: Row) -> None:
        self._exchanges[_cell(row, "id")] = _cell(row, "name") or ""

    def _take_bank(self, row: Row) -> None:
        self._rows[checked_number(_cell(row, "id"))] = row

    def _take_content(self, row: Row) -> None:
        number = checked_number(_cell(row, "id"))
        self._owners[number] = checked_number(_cell(row, "bank_id"))
        switch = switch_of(number, _cell(row, "disable_until_ts"))
        if switch is not None:
            self._switches[number] = switch
        note = row.untrusted.get("note")  # since HMA 1.1.3
        if note:
            self._notes[number] = note

    def _banks(self) -> Iterator[Bank]:
        for number, row in self._rows.items():
            with _naming(row):
                exchange = self._exchanges.get(row.untrusted.get("import_from_exchange_id"), "")
                bank = checked_bank(_cell(row, "name"), _cell(row, "enabled_ratio"), exchange=exchange)
            self._names[number] = bank.name
            yield bank

    def _bank_of(self, number: int) -> str:
        """Name of the bank of a content. Raises ValueError."""
        owner = self._owners.get(number)
        if owner is None:
            raise ValueError("a signal belongs to a content that is not in the dump")
        if owner not in self._names:
            raise ValueError("a content belongs to a bank that is not in the dump")
        return self._names[owner]

    def switched_off(self) -> Iterator[tuple[str, Switch]]:
        """(bank, content that is off), see ``Export``."""
        for number, switch in self._switches.items():
            yield self._bank_of(number), switch

    def entries(self, tally: Tally) -> Iterator[tuple[str, ListEntry]]:
        """(bank, row of a list), see ``Export``."""
        for row in rows(self._path, {"content_signal"}):
            with _naming(row):
                number = checked_number(_cell(row, "content_id"))
                signal, value = _cell(row, "signal_type"), _cell(row, "signal_val")
                bank = self._bank_of(number)
                entry = entry_of(number, signal, value, tally, note=self._notes.get(number, ""))
            if entry is not None:
                yield bank, entry


@contextmanager
def _naming(row: Row) -> Iterator[None]:
    """Puts the row's line before what a ValueError says."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"line {row.line}: {error}") from None


def _cell(row: Row, column: str) -> str | None:
    if column not in row.untrusted:
        raise ValueError(f"the table {row.table} has no column {column}")
    return row.untrusted[column]
