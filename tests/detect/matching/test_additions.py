from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.detect.matching.listings import header, value_of
from tutela.detect.matching.additions import Added, add_entries
from tutela.detect.matching.live_writer import LiveWriter, create_live
from tutela.detect.matching.shapes import ListEntry

OLD = ListEntry(entry="old", kind="md5", value=value_of("md5", 1), legal_class="csam")
PDQ = ListEntry(entry="old", kind="pdq", value=value_of("pdq", 1), legal_class="csam")
FILM = ListEntry(entry="film", kind="vpdq", value=value_of("pdq", 7))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveWriter]:
    with create_live(tmp_path / "live", header(), [OLD, PDQ]) as opened:
        yield opened


def listed(live: LiveWriter) -> set[ListEntry]:
    return set(live.entries())


def test_new_values_are_added(live: LiveWriter) -> None:
    new = replace(OLD, entry="new", value=value_of("md5", 2))
    assert add_entries(live, [new, FILM]) == Added(added=2, already=0, contradicted=0)
    assert listed(live) == {OLD, PDQ, new, FILM}


def test_what_stands_word_for_word_is_not_added_again(live: LiveWriter) -> None:
    assert add_entries(live, [OLD, PDQ]) == Added(added=0, already=2, contradicted=0)
    assert listed(live) == {OLD, PDQ}


def test_an_equal_statement_under_another_id_is_kept_beside_it(live: LiveWriter) -> None:
    again = replace(OLD, entry="again")
    assert add_entries(live, [again]).added == 1
    assert listed(live) == {OLD, PDQ, again}


@pytest.mark.parametrize("old", [OLD, PDQ])
def test_a_contradiction_is_kept_and_marked_on_both_sides(live: LiveWriter, old: ListEntry) -> None:
    new = replace(old, entry="new", legal_class="exploitative")
    assert add_entries(live, [new]) == Added(added=1, already=0, contradicted=1)
    rest = {OLD, PDQ} - {old}
    assert listed(live) == rest | {replace(old, disputed=True), replace(new, disputed=True)}
    assert add_entries(live, [replace(new, entry="third")]).contradicted == 0


def test_a_contradiction_under_the_same_id_loses_nothing(live: LiveWriter) -> None:
    new = replace(OLD, legal_class="exploitative")
    add_entries(live, [new])
    assert listed(live) == {PDQ, replace(OLD, disputed=True), replace(new, disputed=True)}


def test_new_entries_that_contradict_each_other_are_marked(live: LiveWriter) -> None:
    one = replace(OLD, entry="one", value=value_of("md5", 5))
    two = replace(one, entry="two", legal_class="exploitative")
    add_entries(live, [one, two])
    assert listed(live) == {OLD, PDQ, replace(one, disputed=True), replace(two, disputed=True)}


def test_what_was_removed_contradicts_nobody(live: LiveWriter) -> None:
    live.remove("old")
    new = replace(OLD, entry="new", legal_class="exploitative")
    assert add_entries(live, [new]).contradicted == 0
    assert listed(live) == {new}


def test_a_kill_before_the_older_ones_are_removed_loses_nothing(
    live: LiveWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LiveWriter, "remove", lambda *_arguments, **_more: pytest.fail("killed here"))
    new = replace(OLD, entry="new", legal_class="exploitative")
    with pytest.raises(pytest.fail.Exception):
        add_entries(live, [new])
    assert listed(live) == {OLD, PDQ, replace(OLD, disputed=True), replace(new, disputed=True)}


def rows(live: LiveWriter) -> list[ListEntry]:
    return list(live.entries())


@pytest.mark.parametrize("poor", [FILM, replace(PDQ, entry="poor", quality=1), OLD, PDQ])
def test_adding_again_changes_nothing_whatever_the_kind(live: LiveWriter, poor: ListEntry) -> None:
    add_entries(live, [poor, poor])
    before, version = rows(live), live.version
    assert add_entries(live, [poor]).added == 0
    assert rows(live) == before and live.version == version
    assert len([one for one in before if one == poor]) == 1


def test_adding_a_contradiction_again_changes_nothing(live: LiveWriter) -> None:
    new = replace(OLD, entry="new", legal_class="exploitative")
    add_entries(live, [new])
    before = rows(live)
    assert add_entries(live, [new]) == Added(added=0, already=1, contradicted=0)
    assert rows(live) == before


def test_adding_again_after_a_kill_ends_what_it_had_begun(live: LiveWriter) -> None:
    new = replace(OLD, entry="new", legal_class="exploitative")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveWriter, "remove", lambda *_arguments, **_more: pytest.fail("killed here"))
        with pytest.raises(pytest.fail.Exception):
            add_entries(live, [new])
    add_entries(live, [new])
    assert sorted(rows(live), key=repr) == sorted(
        [PDQ, replace(OLD, disputed=True), replace(new, disputed=True)], key=repr
    )


def test_what_stood_undisputed_is_marked_when_it_comes_again_with_its_contradiction(
    live: LiveWriter,
) -> None:
    new = replace(OLD, entry="new", legal_class="exploitative")
    add_entries(live, [OLD, new])
    assert sorted(rows(live), key=repr) == sorted(
        [PDQ, replace(OLD, disputed=True), replace(new, disputed=True)], key=repr
    )


def test_number_of_the_change_is_kept_with_what_it_did(live: LiveWriter) -> None:
    add_entries(live, [FILM], change=7)
    assert live.change == 7
    add_entries(live, [replace(OLD, entry="new", legal_class="exploitative")], change=9)
    folder = live.folder
    live.close()
    with LiveWriter(folder) as again:
        assert again.change == 9
        again.compact()
        assert again.change == 9
