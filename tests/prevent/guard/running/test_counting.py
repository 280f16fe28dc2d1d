from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.prevent.guard.running.homes import CLOCK, PASSPHRASE, make_home
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person import counters
from tutela.prevent.guard.person.counters import read_counts
from tutela.prevent.guard.person.folder import COUNTS, DIARY, KEYS, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.sealing import read_keys, seal
from tutela.prevent.guard.running import counting as module
from tutela.prevent.guard.running.counting import Counting
from tutela.prevent.guard.running.marks import mark_of

COUNTED, NOTHING = Policy(), Policy(keep_nothing=True)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_home(tmp_path, lists=False)[0]


@pytest.fixture
def counting(folder: Folder) -> Counting:
    return Counting(folder, CLOCK)


def failing(*_: object) -> None:
    raise Unavailable("the disk is full")


def kept(folder: Folder) -> int:
    private = read_keys(folder.read(KEYS) or b"").open(PASSPHRASE)
    return sum(sum(day.counts.values()) for day in read_counts(folder, private))


def test_what_is_counted_is_kept_under_this_release_and_nothing_before_it_follows(
    folder: Folder, counting: Counting
) -> None:
    counting.count("network", "exact")
    counting.keep()
    assert folder.read(COUNTS) is None
    counting.follow(COUNTED)
    counting.count("network", "exact")
    counting.follow(COUNTED)
    counting.close()
    counting.close()
    assert kept(folder) == 1
    private = read_keys(folder.read(KEYS) or b"").open(PASSPHRASE)
    assert [day.release for day in read_counts(folder, private)] == [mark_of(folder)]


def test_keep_nothing_forgets_counts_and_diary_and_counts_no_more(folder: Folder, counting: Counting) -> None:
    counting.follow(COUNTED)
    counting.keep()
    folder.write(DIARY, b"an entry")
    counting.follow(NOTHING)
    counting.count("network", "exact")
    counting.close()
    assert (folder.read(COUNTS), folder.read(DIARY)) == (None, None)
    counting.follow(COUNTED)
    counting.count("network", "exact")
    counting.close()
    assert kept(folder) == 1


def test_what_cannot_be_forgotten_is_forgotten_later_and_nothing_is_counted_meanwhile(
    folder: Folder, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.follow(COUNTED)
    counting.keep()
    before = folder.read(COUNTS)
    monkeypatch.setattr(folder, "remove", failing)
    with pytest.raises(Unavailable):
        counting.follow(NOTHING)
    counting.count("network", "exact")
    counting.keep()
    assert folder.read(COUNTS) == before
    monkeypatch.undo()
    counting.follow(NOTHING)
    assert folder.read(COUNTS) is None


def test_what_was_counted_is_forgotten_before_it_is_in_a_record(folder: Folder, counting: Counting) -> None:
    counting.follow(COUNTED)
    counting.count("network", "exact")
    counting.forget()
    counting.count("network", "near")
    counting.close()
    counting.forget()
    assert kept(folder) == 1


def test_keys_that_are_damaged_are_told_and_tried_again(folder: Folder, counting: Counting) -> None:
    keys = folder.read(KEYS) or b""
    folder.write(KEYS, b"?")
    with pytest.raises(Unavailable):
        counting.follow(COUNTED)
    folder.write(KEYS, keys)
    counting.follow(COUNTED)
    counting.count("network", "exact")
    counting.close()
    assert kept(folder) == 1


def test_a_full_disk_is_told_until_the_next_record_is_kept(
    folder: Folder, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.follow(COUNTED)
    counting.count("network", "exact")
    monkeypatch.setattr(folder, "append", failing)
    counting.keep()
    told = counting.disk_fails
    assert told
    monkeypatch.undo()
    counting.keep()
    told = counting.disk_fails
    assert (told, kept(folder)) == (False, 1)


def test_no_record_comes_after_what_was_kept_is_forgotten(
    folder: Folder, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.follow(COUNTED)
    began, goes_on = threading.Event(), threading.Event()

    def slow(plain: bytes, public: bytes, *, what: bytes) -> bytes:
        began.set()
        goes_on.wait(5)
        return seal(plain, public, what=what)

    monkeypatch.setattr(counters, "seal", slow)
    keeping = threading.Thread(target=counting.keep)
    forgetting = threading.Thread(target=counting.follow, args=(NOTHING,))
    keeping.start()
    assert began.wait(5)
    forgotten = threading.Event()
    monkeypatch.setattr(module, "forget_entries", lambda _folder: forgotten.set())
    forgetting.start()
    assert not forgotten.wait(0.2)
    goes_on.set()
    keeping.join()
    forgetting.join()
    assert forgotten.is_set() and folder.read(COUNTS) is None
