from __future__ import annotations

from pathlib import Path

from tests.detect.matching.bundles.making import PRINTS_KEY, TRUST
from tests.prevent.guard.running.homes import CLOCK, KNOWN, listing, make_home
from tutela import __version__
from tutela.prevent.guard.lists.installed import add_list, kept_lists
from tutela.prevent.guard.running.marks import mark_of


def test_the_mark_of_the_counts_names_the_release_and_changes_with_a_list(tmp_path: Path) -> None:
    folder = make_home(tmp_path)[0]
    before = mark_of(folder)
    add_list(folder, listing(KNOWN, number=9), TRUST, PRINTS_KEY, CLOCK)
    changed = mark_of(folder)
    kept_lists(folder)[0].remove()
    marks = [before, changed, mark_of(folder)]
    assert len(set(marks)) == 3 and all(one.startswith(f"{__version__}+") for one in marks)
