from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.errors import Invalid, Refused
from tutela.prevent.guard.person import diary
from tutela.prevent.guard.person.diary import (
    ENTRY_BYTES,
    TEXT_BYTES_MAX,
    Entry,
    forget_entries,
    read_entries,
    write_entry,
)
from tutela.prevent.guard.person.folder import DIARY, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.sealing import new_keys

KEYS = new_keys("four calm words here", work_bits=2)
PRIVATE = KEYS.open("four calm words here")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "f")
    made.make()
    return made


@given(text=st.text(min_size=1, max_size=900), day=st.dates())
@settings(max_examples=30)
def test_an_entry_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, text: str, day: date
) -> None:
    folder = Folder(tmp_path_factory.mktemp("d") / "f")
    folder.make()
    try:
        write_entry(folder, KEYS.public, Entry(day=day, text=text), Policy())
    except (Invalid, UnicodeEncodeError):
        return
    assert read_entries(folder, PRIVATE) == (Entry(day=day, text=text.strip()),)


def test_every_entry_takes_the_same_room_and_shows_nothing(folder: Folder) -> None:
    for text in ("a", "a long thought about today " * 50):
        write_entry(folder, KEYS.public, Entry(day=date(2026, 5, 4), text=text), Policy())
    data = folder.read(DIARY) or b""
    assert len(data) == 2 * ENTRY_BYTES and b"thought" not in data
    assert [entry.text for entry in read_entries(folder, PRIVATE)] == [
        "a",
        ("a long thought about today " * 50).strip(),
    ]


@pytest.mark.parametrize("text", ["", "  \n", "x" * (TEXT_BYTES_MAX + 1)])
def test_an_empty_or_too_long_entry_is_refused(folder: Folder, text: str) -> None:
    with pytest.raises(Invalid):
        write_entry(folder, KEYS.public, Entry(day=date(2026, 5, 4), text=text), Policy())


def test_in_keep_nothing_there_is_no_diary(folder: Folder) -> None:
    with pytest.raises(Refused, match="keep nothing"):
        write_entry(folder, KEYS.public, Entry(day=date(2026, 5, 4), text="x"), Policy(keep_nothing=True))
    assert folder.read(DIARY) is None


def test_a_full_diary_says_so_and_keeps_what_it_has(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "ENTRIES_MAX", 2)
    for text in ("one", "two"):
        write_entry(folder, KEYS.public, Entry(day=date(2026, 5, 4), text=text), Policy())
    with pytest.raises(Refused, match="2 entries"):
        write_entry(folder, KEYS.public, Entry(day=date(2026, 5, 4), text="three"), Policy())
    assert len(read_entries(folder, PRIVATE)) == 2


def test_a_damaged_entry_takes_no_other_with_it_and_all_can_be_forgotten(folder: Folder) -> None:
    write_entry(folder, KEYS.public, Entry(day=date(2026, 5, 4), text="one"), Policy())
    folder.write(DIARY, (folder.read(DIARY) or b"") + bytes(ENTRY_BYTES) + b"part")
    write_entry(folder, KEYS.public, Entry(day=date(2026, 5, 4), text="two"), Policy())
    assert [entry.text for entry in read_entries(folder, PRIVATE)] == ["one", "two"]
    forget_entries(folder)
    assert read_entries(folder, PRIVATE) == ()
