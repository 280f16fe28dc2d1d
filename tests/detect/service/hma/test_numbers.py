from __future__ import annotations

import pytest

from tests.detect.service.making import header
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.hma import numbers
from tutela.detect.service.hma.numbers import Numbers


def listed(*entries: str) -> MemoryList:
    rows = [
        ListEntry(entry=entry, kind="md5", value=bytes([number] * 16)) for number, entry in enumerate(entries)
    ]
    return MemoryList(header("SHOP"), rows)


def test_a_number_leads_back_to_its_entry_with_and_without_memory() -> None:
    lists = [listed("ent_a", "ent_b", "hma-5")]
    for entry in ("ent_a", "ent_b", "hma-5"):
        first = Numbers()
        number = first.number("SHOP", entry)
        assert first.entry("SHOP", number, ()) == entry
        assert Numbers().entry("SHOP", number, lists) == entry
    assert Numbers().entry("SHOP", (1 << 53) - 1, lists) == ""


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Numbers()
    monkeypatch.setattr(numbers, "REMEMBERED_MAX", 2)
    found = [known.number("SHOP", f"ent_{number}") for number in range(3)]
    assert [known.entry("SHOP", number, ()) for number in found] == ["", "ent_1", "ent_2"]
