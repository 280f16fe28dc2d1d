from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.detect.service.values import asked, value_at
from tutela.detect.service import tables
from tutela.detect.service.families import TABLE_BYTES, Families, Sighting
from tutela.detect.service.tables import MemoryTables, SharedTables, Tables, mask_of
from tutela.kernel.errors import Unavailable
from tutela.kernel.ids import new_id

KEY = bytes(range(32))


def note(book: Tables, caller: str, value: bytes) -> Sighting:
    with book.of(caller) as families:
        return families.note(asked(value), now_seconds=1e9, limit=20, lifted_seconds=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "watch"


@pytest.fixture
def caller() -> str:
    return new_id("tok_")


def test_memory_tables_keep_each_caller_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CALLERS_MAX", 2)
    book = MemoryTables()
    assert note(book, "a", value_at(1)).burst == 1
    assert note(book, "a", value_at(1, 2)).burst == 2
    assert note(book, "b", value_at(1, 3)).burst == 1
    assert note(book, "c", value_at(1, 3)).burst == 1
    assert note(book, "a", value_at(1, 4)).burst == 1  # asked longest ago: forgotten


def test_processes_of_one_service_count_together(folder: Path, caller: str) -> None:
    one, two = SharedTables(folder, KEY), SharedTables(folder, KEY)
    bursts = [note(book, caller, value_at(1, place)).burst for place, book in enumerate([one, two] * 5)]
    assert bursts == list(range(1, 11))
    one.close()
    assert note(two, caller, value_at(1, 20)).burst == 11
    assert note(one, caller, value_at(1, 21)).burst == 12
    two.close()


def test_another_process_sees_what_was_counted(folder: Path, caller: str) -> None:
    book = SharedTables(folder, KEY)
    note(book, caller, value_at(1, 1))
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from tutela.detect.service.tables import SharedTables\n"
        "from tutela.detect.service.families import Asked\n"
        "book = SharedTables(Path(sys.argv[1]), bytes(range(32)))\n"
        "asked = Asked(value=bytes.fromhex(sys.argv[3]), met=False)\n"
        "with book.of(sys.argv[2]) as families:\n"
        "    print(families.note(asked, now_seconds=1e9, limit=20, lifted_seconds=0).burst)\n"
    )
    words = [sys.executable, "-c", code, str(folder), caller, value_at(1, 2).hex()]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "2.0\n"
    assert note(book, caller, value_at(1, 3)).burst == 3
    book.close()


def test_a_restart_begins_anew_and_can_read_nothing(folder: Path, caller: str) -> None:
    old, new = SharedTables(folder, KEY), SharedTables(folder, KEY[::-1])
    note(old, caller, value_at(1))
    assert note(new, caller, value_at(1, 2)).burst == 1
    assert note(old, caller, value_at(1, 3)).burst == 2  # its own file, without a name by now
    old.close()
    new.close()


def test_files_are_for_the_owner_and_hold_no_value(folder: Path, caller: str) -> None:
    book = SharedTables(folder, KEY)
    note(book, caller, value_at(1))
    file = folder / f"{caller}.families"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    raw = file.read_bytes()
    assert len(raw) == TABLE_BYTES
    assert value_at(1) not in raw
    assert KEY not in raw
    assert mask_of(KEY).tobytes() not in raw
    book.close()


def test_a_file_of_another_size_is_begun_anew(folder: Path, caller: str) -> None:
    folder.mkdir()
    (folder / f"{caller}.families").write_bytes(b"x" * 100)
    book = SharedTables(folder, KEY)
    assert note(book, caller, value_at(1)).burst == 1
    book.close()


def test_open_files_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CALLERS_MAX", 2)
    book, names = SharedTables(folder, KEY), [new_id("tok_") for _ in range(4)]
    before = len(os.listdir("/proc/self/fd"))
    for name in names:
        note(book, name, value_at(1))
    assert len(os.listdir("/proc/self/fd")) <= before + 2 * 2
    assert note(book, names[0], value_at(1, 2)).burst == 2  # the file was kept
    book.close()


def test_a_file_that_cannot_be_mapped_leaves_no_descriptor(
    folder: Path, caller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_descriptor: int, _size: int) -> None:
        raise OSError(12, "no memory")

    monkeypatch.setattr("mmap.mmap", fails)
    book, before = SharedTables(folder, KEY), len(os.listdir("/proc/self/fd"))
    with pytest.raises(Unavailable, match="cannot be read"):
        note(book, caller, value_at(1))
    assert len(os.listdir("/proc/self/fd")) == before


def test_an_error_inside_leaves_the_table_unlocked(folder: Path, caller: str) -> None:
    one, two = SharedTables(folder, KEY), SharedTables(folder, KEY)
    with pytest.raises(RuntimeError), one.of(caller) as families:
        assert isinstance(families, Families)
        raise RuntimeError
    assert note(two, caller, value_at(1)).burst == 1
    one.close()
    two.close()


def test_wrong_keys_names_and_folders(folder: Path, caller: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SharedTables(folder, b"short")
    with pytest.raises(ValueError, match="own ids"):
        note(SharedTables(folder, KEY), "../caller", value_at(1))
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be made"):
        SharedTables(tmp_path / "file" / "watch", KEY)
    (folder / f"{caller}.families").mkdir()
    with pytest.raises(Unavailable, match="cannot be read"):
        note(SharedTables(folder, KEY), caller, value_at(1))


def test_a_full_disk_refuses_a_table_instead_of_ending_the_process(
    folder: Path, caller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    book = SharedTables(folder, KEY)
    with monkeypatch.context() as patched:
        patched.setattr(os, "posix_fallocate", full)
        with pytest.raises(Unavailable), book.of(caller):
            pass
    with book.of(caller):
        told = (folder / f"{caller}.families").stat()
    assert told.st_blocks * 512 >= TABLE_BYTES  # no page is left to be found when it is written
    book.close()
