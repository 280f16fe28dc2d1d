from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.service.drafts import NOW
from tutela.detect.service.standing import (
    Hold,
    Standing,
    parse_hold,
    parse_standing,
    read_standing,
    render_hold,
    render_standing,
    write_standing,
)

NUMBERS = st.integers(0, 1 << 53)
MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))
HOLDS = st.builds(
    Hold, reason=st.sampled_from(["shrink", "rollback"]), since=NUMBERS, made=MOMENTS, entries=NUMBERS
)
STANDINGS = st.builds(
    Standing,
    born=NUMBERS,
    change=NUMBERS,
    ratio=st.floats(0, 1),
    seed=st.text(max_size=5),
    disabled=st.dictionaries(st.text(min_size=1, max_size=5), st.none() | MOMENTS, max_size=3),
    stale_after_seconds=NUMBERS,
    source_version=NUMBERS,
    removed=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3).map(tuple),
    counted=NUMBERS,
    hold=st.none() | HOLDS,
    lost=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3).map(tuple),
    unopened=st.booleans(),
)


@given(STANDINGS)
def test_standing_is_read_back_as_it_was(standing: Standing) -> None:
    assert parse_standing(render_standing(standing)) == standing


@given(HOLDS)
def test_hold_is_read_back_as_it_was(hold: Hold) -> None:
    assert parse_hold(render_hold(hold)) == hold


def test_file_is_private_and_replaced(tmp_path: Path) -> None:
    standing = Standing(born=1, change=1)
    write_standing(tmp_path, standing)
    write_standing(tmp_path, replace(standing, change=2))
    assert read_standing(tmp_path).change == 2
    assert [path.name for path in tmp_path.iterdir()] == ["standing.json"]
    assert (tmp_path / "standing.json").stat().st_mode & 0o777 == 0o600


def test_silent_entries_speak_again_when_their_time_is_over() -> None:
    until = NOW + timedelta(seconds=5)
    standing = Standing(born=1, change=1, disabled={"a": until, "b": None})
    assert standing.disabled_until("a", NOW) == (True, until)
    assert standing.disabled_until("a", until) == (False, None)
    assert standing.disabled_until("b", until) == (True, None)
    assert standing.disabled_until("c", NOW) == (False, None)
    assert standing.without_past(NOW) is standing
    assert standing.without_past(until).disabled == {"b": None}


GOOD = json.loads(render_standing(Standing(born=1, change=1)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"born": -1},
        {"change": True},
        {"ratio": "1"},
        {"seed": 1},
        {"disabled": []},
        {"disabled": {"a": 1}},
        {"removed": {}},
        {"removed": [[1]]},
        {"removed": [[1, "2"]]},
        {"lost": [[1]]},
        {"unopened": 1},
        {"hold": {}},
        {"hold": {"reason": "boredom", "since": 1, "made": "2026-01-01T00:00:00Z", "entries": 1}},
    ],
)
def test_what_no_release_wrote_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        parse_standing(json.dumps(GOOD | wrong).encode())


def test_file_of_a_release_that_counted_removals_alone_is_read() -> None:
    former = {name: value for name, value in GOOD.items() if name not in ("lost", "unopened")}
    standing = parse_standing(json.dumps(former | {"removed": [[7, 3]]}).encode())
    assert standing.lost == standing.removed == ((7, 3),) and not standing.unopened


@given(st.binary(max_size=30))
def test_any_other_bytes_are_refused(untrusted: bytes) -> None:
    with pytest.raises(ValueError):
        parse_standing(untrusted)


def test_deep_nesting_and_lists_are_refused() -> None:
    for untrusted in (b"[" * 100_000, b"[]"):
        with pytest.raises(ValueError):
            parse_standing(untrusted)
