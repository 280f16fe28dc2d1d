"""The judge made of what is switched on, made again when that changes, and holding where it cannot be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.detect.matching.bundles.making import EXPIRES, TRUST
from tests.prevent.guard.running.homes import CLOCK, KNOWN, OTHER, listing, make_home
from tutela.kernel.clock import FixedClock
from tutela.prevent.guard.classes.chosen import render_classes
from tutela.prevent.guard.lists.installed import add_list, kept_lists
from tutela.prevent.guard.person.folder import CLASSES, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.running import parts
from tutela.prevent.guard.running.parts import Parts

pytestmark = pytest.mark.slow
ON, OFF = Policy(), Policy(known_lists=False)
#: A worker in a test run on a machine without Landlock or seccomp.
SECONDS = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_home(tmp_path, ON)[0]


@pytest.fixture
def made(folder: Folder) -> Iterator[Parts]:
    one = Parts(folder, FixedClock(CLOCK.now()), lockdown_required=False)
    yield one
    one.close()


def held(made: Parts, picture: bytes) -> str | None:
    return made.judge.rule(picture, within_seconds=SECONDS).tier


def test_before_anything_is_made_and_after_the_end_everything_is_held(made: Parts) -> None:
    assert held(made, OTHER) == "undecided"
    made.follow(ON)
    assert (held(made, KNOWN), held(made, OTHER)) == ("exact", None)
    made.close()
    made.close()
    assert held(made, OTHER) == "undecided"


def test_a_list_switched_off_knows_nothing_and_one_that_is_missing_holds(made: Parts, folder: Folder) -> None:
    made.follow(OFF)
    assert (held(made, KNOWN), made.lists) == (None, None)
    kept_lists(folder)[0].remove()
    made.follow(ON)
    assert held(made, OTHER) == "undecided"
    assert made.judge.troubles == ("list_unusable",)


def test_a_list_that_is_added_counts_from_then_on(made: Parts, folder: Folder) -> None:
    made.follow(ON)
    assert held(made, OTHER) is None
    add_list(folder, listing(OTHER, name="another list"), TRUST, b"", CLOCK)
    made.follow(ON)
    assert held(made, OTHER) == "exact"


def test_what_was_shown_is_judged_anew_under_a_newer_version(made: Parts, folder: Folder) -> None:
    made.follow(ON)
    assert held(made, OTHER) is None
    add_list(folder, listing(KNOWN, OTHER, number=4), TRUST, b"", CLOCK)
    assert made.lists is not None
    for _ in range(100):
        made.follow(ON)
        if made.lists.in_use(CLOCK) == (("sample for devices", 4),):
            break
        time.sleep(0.1)
    made.follow(ON)
    assert held(made, OTHER) == "exact"


def test_what_was_shown_is_held_once_the_list_has_expired(folder: Folder) -> None:
    clock = FixedClock(CLOCK.now())
    made = Parts(folder, clock, lockdown_required=False)
    try:
        made.follow(ON)
        assert held(made, OTHER) is None
        clock.advance((EXPIRES - CLOCK.now()).total_seconds() + 1)
        made.follow(ON)
        assert held(made, OTHER) == "undecided"
    finally:
        made.close()


def test_a_classifier_that_cannot_be_used_holds_and_is_tried_again(
    made: Parts, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Policy(classifier=True)
    made.follow(both)
    assert held(made, OTHER) == "undecided"
    assert made.judge.troubles == ("classifier_unusable",)
    monkeypatch.setattr(parts, "AGAIN_SECONDS", 0.0)
    folder.write(CLASSES, render_classes(["nobody-made-this"]))
    made.follow(both)
    assert held(made, OTHER) == "undecided"
    folder.write(CLASSES, b"damaged")
    made.follow(both)
    assert held(made, OTHER) == "undecided"
    made.follow(ON)
    assert held(made, OTHER) is None
