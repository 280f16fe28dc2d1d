from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.detect.service import making
from tests.detect.service.living import Living, living
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.changes import Draft
from tutela.detect.service.list_facts import ListFacts
from tutela.kernel.errors import Refused

ROWS = [
    ListEntry(entry="ent_1", kind="md5", value=making.LISTED_MD5, category="A", valid_from=making.START),
    ListEntry(entry="ent_1", kind="pdq", value=making.LISTED_PDQ, category="A", valid_from=making.START),
]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Living]:
    """The list ``a`` with one entry."""
    found = living(tmp_path)
    header = making.header("a", law="Act 1", scheme="uk-iwf", salt=b"\x77" * 32)
    found.log.append(Draft(list="a", act="create", caller="c", header=header))
    sequence = found.log.append(Draft(list="a", act="add", caller="c", entries=tuple(ROWS)))
    found.shelf.wait(sequence, 1.0)
    yield found
    found.close()


@pytest.fixture
def facts(here: Living) -> ListFacts:
    return ListFacts(here.shelf)


def silence(here: Living) -> None:
    """The list answers no questions any more."""
    here.shelf.wait(here.log.append(Draft(list="a", act="ratio", caller="c", ratio=0.0)), 1.0)


def test_a_list_is_told_with_counts_and_without_salt_or_values(facts: ListFacts) -> None:
    said = facts.one("a")
    assert (said["list"], said["law"], said["class"]) == ("a", "Act 1", "csam")
    assert (said["values"], said["entries"], said["kinds"]) == (2, 1, {"md5": 1, "pdq": 1})
    assert (said["hold"], said["out_of_date"], said["ratio"]) == (None, False, 1.0)
    assert facts.all() == [said]
    for secret in (making.LISTED_MD5, making.LISTED_PDQ, b"\x77" * 32):
        assert secret.hex() not in repr(said)


def test_an_entry_says_what_the_list_says_where_it_is_silent(facts: ListFacts) -> None:
    said = facts.entry("a", "ent_1")
    assert (said["law"], said["class"], said["scheme"], said["category"]) == ("Act 1", "csam", "uk-iwf", "A")
    assert (said["kinds"], said["forms"]) == (["md5", "pdq"], 2)
    assert (said["valid_from"], said["valid_to"]) == ("2026-05-01T12:00:00Z", None)


def test_only_the_same_words_stand_already(facts: ListFacts) -> None:
    assert facts.stands("a", ROWS) == [True]
    assert facts.stands("a", list(reversed(ROWS))) == [True]
    assert facts.stands("a", ROWS[:1]) == [False]
    assert facts.stands("a", [replace(row, note="other") for row in ROWS]) == [False]
    assert facts.stands("a", [*(replace(row, entry="ent_2") for row in ROWS), *ROWS]) == [None, True]


def test_what_is_not_there_is_refused(facts: ListFacts) -> None:
    assert facts.header_if_any("b") is None
    for ask in (lambda: facts.one("b"), lambda: facts.header("b"), lambda: facts.entry("b", "ent_1")):
        with pytest.raises(Refused):
            ask()
    for entry in ("ent_2", "", "\ud800", "a\x00b", "x" * 10_000):
        with pytest.raises(Refused):
            facts.entry("a", entry)


def test_a_list_that_answers_nothing_is_still_told(here: Living, facts: ListFacts) -> None:
    silence(here)
    said = facts.one("a")
    assert (said["ratio"], said["values"]) == (0.0, 2)
    assert "kinds" not in said
    assert facts.header("a").law == "Act 1"
    assert facts.entry("a", "ent_1")["forms"] == 2
    assert facts.stands("a", ROWS) == [False]


def test_a_list_that_is_retired_while_all_are_told_is_left_out(
    facts: ListFacts, here: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = iter([("a", "gone"), ("a",), ("a",), ("a",), ("a",)])
    monkeypatch.setattr(here.shelf, "names", lambda: next(names))
    assert [one["list"] for one in facts.all()] == ["a"]
