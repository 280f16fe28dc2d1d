from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela import __version__
from tutela.prevent.guard.pilot.versions import MARK_BYTES, parse_mark, version_mark

LISTS = [("known", 4), ("other", 12)]


def test_a_mark_changes_with_the_release_and_with_every_list() -> None:
    marks = {
        version_mark("0.1.0", LISTS),
        version_mark("0.1.1", LISTS),
        version_mark("0.1.0", [("known", 5), ("other", 12)]),
        version_mark("0.1.0", LISTS[:1]),
        version_mark("0.1.0", []),
    }
    assert len(marks) == 5
    assert version_mark("0.1.0", reversed(LISTS)) == version_mark("0.1.0", LISTS)


@given(st.text(max_size=30))
def test_a_mark_fits_into_a_record_and_is_read_again(release: str) -> None:
    mark = version_mark(release, LISTS)
    assert len(mark.encode("ascii")) <= MARK_BYTES
    assert f"{parse_mark(mark)[0]}+{parse_mark(mark)[1]}" == mark


def test_this_release_keeps_its_whole_name() -> None:
    assert parse_mark(version_mark(__version__, []))[0] == __version__
    assert parse_mark("0.1.0") == ("0.1.0", "")


@pytest.mark.parametrize("text", ["", "0.1.0+", "0.1.0+xyzxyzx", "0.1.0+1234567\n", "A", "123456789"])
def test_what_is_no_mark_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mark"):
        parse_mark(text)
