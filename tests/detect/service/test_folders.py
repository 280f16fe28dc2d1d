from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.service.drafts import NOW, act, create
from tutela.detect.matching.live import LiveList
from tutela.detect.service.changes import Change, Draft, checked_draft
from tutela.detect.service.folders import ListFolders
from tutela.detect.service.standing import read_standing
from tutela.kernel.errors import Conflict, Invalid, Refused


def change(sequence: int, draft: Draft) -> Change:
    return Change(sequence=sequence, made=NOW, draft=draft)


def made(sequence: int, name: str, **fields: int) -> Change:
    return change(sequence, checked_draft(create(name, **fields)))


def test_list_appears_whole_with_what_stands_beside_it(tmp_path: Path) -> None:
    folders = ListFolders(tmp_path)
    folders.create(made(7, "a", stale_after_seconds=60), lists_max=5)
    assert folders.is_there("a") and not folders.is_there("b")
    standing = read_standing(folders.path("a"))
    assert (standing.born, standing.change, standing.stale_after_seconds) == (7, 7, 60)
    assert LiveList(folders.path("a")).change == 7
    assert ListFolders(tmp_path).is_there("a")


def test_same_change_again_is_nothing_and_another_one_a_conflict(tmp_path: Path) -> None:
    folders = ListFolders(tmp_path)
    first = made(7, "a")
    folders.create(first, lists_max=1)
    folders.create(first, lists_max=1)
    with pytest.raises(Conflict):
        folders.create(made(8, "a"), lists_max=2)
    with pytest.raises(Refused):
        folders.create(made(8, "b"), lists_max=1)
    with pytest.raises(Invalid):
        folders.create(change(9, Draft(list="c", act="create", caller="x")), lists_max=5)


def test_what_a_kill_left_half_made_goes(tmp_path: Path) -> None:
    (tmp_path / "lists" / ".new-3-a").mkdir(parents=True)
    (tmp_path / "lists" / ".new-3-a" / "HEAD").write_bytes(b"")
    folders = ListFolders(tmp_path)
    assert not folders.is_there("a") and not list((tmp_path / "lists").iterdir())


def test_retired_list_leaves_a_mark_until_that_is_done(tmp_path: Path) -> None:
    folders = ListFolders(tmp_path)
    for number, name in enumerate(("b", "a-b"), 1):
        folders.create(made(number, name), lists_max=5)
        folders.retire(change(number + 10, act(name, "retire")))
    for again in (folders, ListFolders(tmp_path)):
        assert [again.retired_at(name) for name in ("b", "a-b", "c")] == [11, 12, 0]
        assert not again.is_there("b")
    folders.forget_retired(11)
    assert [folders.retired_at(name) for name in ("b", "a-b")] == [0, 12]
    folders.forget_retired(12)
    assert not list((tmp_path / "lists").iterdir())
