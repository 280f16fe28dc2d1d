from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.prevent.guard.running.homes import CLOCK, KNOWN, OTHER, digests, make_home
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.lists.fakes import MemoryKnown
from tutela.prevent.guard.running.known import DeviceLists, NoLists, Unusable, open_lists

NO_PRINTS = np.empty((0, 32), np.uint8)
PRINT = np.arange(32, dtype=np.uint8).reshape(1, 32)


def test_the_strongest_answer_of_all_lists_counts() -> None:
    near, exact = MemoryKnown(prints=[PRINT.tobytes()]), MemoryKnown([digests(KNOWN).sha256])
    assert DeviceLists([near, exact]).ask(digests(KNOWN), PRINT) == "exact"
    assert DeviceLists([exact, near]).ask(digests(OTHER), PRINT) == "near"
    assert DeviceLists([exact, near]).ask(digests(OTHER), NO_PRINTS) is None


def test_one_list_that_cannot_answer_leaves_no_answer() -> None:
    lists = DeviceLists([MemoryKnown(), Unusable("this list is damaged")])
    with pytest.raises(Unavailable, match="damaged"):
        lists.ask(digests(OTHER), NO_PRINTS)


def test_no_list_at_all_is_no_answer_but_lists_switched_off_are_one() -> None:
    with pytest.raises(Unavailable, match="no list"):
        DeviceLists([]).ask(digests(OTHER), NO_PRINTS)
    assert NoLists().ask(digests(OTHER), NO_PRINTS) is None


def test_closing_closes_every_list() -> None:
    lists = [MemoryKnown(), MemoryKnown()]
    DeviceLists(lists).close()
    assert all(one.failing for one in lists)


@pytest.mark.slow
def test_the_lists_of_a_folder_are_opened_and_say_what_they_are(tmp_path: Path) -> None:
    folder, _ = make_home(tmp_path)
    lists = open_lists(folder, CLOCK)
    try:
        assert lists.ask(digests(KNOWN), NO_PRINTS) == "exact"
        assert lists.ask(digests(OTHER), NO_PRINTS) is None
        assert lists.in_use(CLOCK) == (("sample for devices", 3),)
    finally:
        lists.close()


def test_a_list_whose_trust_is_damaged_holds_everything(tmp_path: Path) -> None:
    folder, _ = make_home(tmp_path)
    folder.write("list-1-trust", b"nonsense")
    lists = open_lists(folder, CLOCK)
    with pytest.raises(Unavailable, match="trusted"):
        lists.ask(digests(OTHER), NO_PRINTS)
    assert lists.contents == ()
