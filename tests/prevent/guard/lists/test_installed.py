"""Lists in a person's folder: opened before they are kept, a newer version in the place of the older."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.bundles.making import EXPIRES, PRINTS_KEY, TRUST, draft, sealed
from tests.prevent.guard.running.homes import CLOCK, KNOWN, OTHER, listing, make_home
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable
from tutela.prevent.guard.lists import installed
from tutela.prevent.guard.lists.child import Opened
from tutela.prevent.guard.lists.installed import LISTS_MAX, add_list, kept_lists, said
from tutela.prevent.guard.person.folder import Folder

pytestmark = pytest.mark.slow


def altered(bundle: bytes) -> bytes:
    """One bit of it is another."""
    at = len(bundle) - 100
    return bundle[:at] + bytes([bundle[at] ^ 1]) + bundle[at + 1 :]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_home(tmp_path, lists=False)[0]


def test_a_list_is_kept_with_its_trust_and_key(folder: Folder) -> None:
    content = add_list(folder, sealed(), TRUST, PRINTS_KEY, CLOCK)
    (kept,) = kept_lists(folder)
    assert kept.trust() == TRUST.at_least(content.number)
    assert (kept.prints_key(), said(kept)) == (PRINTS_KEY, content)


@pytest.mark.parametrize(
    ("bundle", "error"),
    [
        (altered(listing(KNOWN)), Invalid),
        (b"nothing of this kind", Invalid),
        (b"", Invalid),
    ],
)
def test_what_cannot_be_opened_is_not_kept(folder: Folder, bundle: bytes, error: type[TutelaError]) -> None:
    with pytest.raises(error):
        add_list(folder, bundle, TRUST, b"", CLOCK)
    assert kept_lists(folder) == ()


def test_nobody_waits_while_a_list_is_opened(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    real, free = installed.opened, list[bool]()

    def opened(*arguments: Any) -> Opened:
        descriptor = os.open(folder.path, os.O_RDONLY)
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free.append(True)
        os.close(descriptor)
        return real(*arguments)

    monkeypatch.setattr(installed, "opened", opened)
    add_list(folder, listing(KNOWN), TRUST, b"", CLOCK)
    assert free == [True] and len(kept_lists(folder)) == 1


def test_an_expired_list_and_one_of_strangers_are_not_kept(folder: Folder) -> None:
    with pytest.raises(Unavailable, match="expired"):
        add_list(folder, listing(KNOWN), TRUST, b"", FixedClock(EXPIRES + timedelta(days=1)))
    with pytest.raises(Refused):
        add_list(folder, listing(KNOWN), replace(TRUST, publishers=()), b"", CLOCK)
    assert kept_lists(folder) == ()


def test_a_newer_version_takes_the_place_and_an_older_one_is_refused(folder: Folder) -> None:
    add_list(folder, listing(KNOWN), TRUST, b"", CLOCK)
    newer = add_list(folder, listing(KNOWN, OTHER, number=4), TRUST, b"", CLOCK)
    (kept,) = kept_lists(folder)
    assert said(kept) == newer
    with pytest.raises(Conflict, match="number 4"):
        add_list(folder, listing(KNOWN), TRUST, b"", CLOCK)
    assert said(kept) == newer


def test_a_key_that_is_needed_no_more_does_not_stay(folder: Folder) -> None:
    add_list(folder, sealed(), TRUST, PRINTS_KEY, CLOCK)
    add_list(folder, listing(KNOWN, number=4), TRUST, b"", CLOCK)
    assert kept_lists(folder)[0].prints_key() == b""


def test_other_lists_get_other_places_until_all_are_taken(folder: Folder) -> None:
    for number in range(LISTS_MAX):
        add_list(folder, listing(KNOWN, name=f"list {number}"), TRUST, b"", CLOCK)
    assert [one.place for one in kept_lists(folder)] == list(range(1, LISTS_MAX + 1))
    with pytest.raises(Refused, match="at most"):
        add_list(folder, listing(KNOWN, name="one more"), TRUST, b"", CLOCK)
    kept_lists(folder)[1].remove()
    add_list(folder, listing(KNOWN, name="one more"), TRUST, b"", CLOCK)
    assert [one.place for one in kept_lists(folder)] == list(range(1, LISTS_MAX + 1))


def test_removing_leaves_no_file(folder: Folder) -> None:
    before = {one.name for one in folder.path.iterdir()}
    add_list(folder, sealed(draft()), TRUST, PRINTS_KEY, CLOCK)
    kept_lists(folder)[0].remove()
    assert {one.name for one in folder.path.iterdir()} == before
    assert kept_lists(folder) == ()


def test_damaged_trust_is_told(folder: Folder) -> None:
    add_list(folder, listing(KNOWN), TRUST, b"", CLOCK)
    folder.write("list-1-trust", b"{}")
    with pytest.raises(Unavailable, match="add the list again"):
        kept_lists(folder)[0].trust()
    add_list(folder, listing(KNOWN), TRUST, b"", CLOCK)
    assert kept_lists(folder)[0].trust().number_min == 3
