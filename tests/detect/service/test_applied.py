from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.service.drafts import NOW
from tests.detect.service.test_standing import HOLDS, MOMENTS, NUMBERS
from tutela.detect.service.applied import (
    Problem,
    Progress,
    outcome_of,
    parse_progress,
    problem_of,
    read_progress,
    render_progress,
    touch,
    write_progress,
)
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable

TEXTS = st.text(max_size=5)
PROGRESSES = st.builds(
    Progress,
    log=TEXTS,
    sequence=NUMBERS,
    lists=st.dictionaries(TEXTS, MOMENTS, max_size=3),
    holds=st.dictionaries(TEXTS, HOLDS, max_size=3),
    problems=st.lists(
        st.builds(Problem, sequence=NUMBERS, code=TEXTS, message=TEXTS, field=TEXTS, held=st.booleans()),
        max_size=3,
    ).map(tuple),
    forgotten=NUMBERS,
)


@given(PROGRESSES)
def test_progress_is_read_back_as_it_was(progress: Progress) -> None:
    assert parse_progress(render_progress(progress)) == progress


def test_file_says_when_nothing_was_left_to_do(tmp_path: Path) -> None:
    assert read_progress(tmp_path) == Progress()
    write_progress(tmp_path, Progress(log="x", sequence=3), NOW)
    assert read_progress(tmp_path).sequence == 3
    assert (tmp_path / "applied.json").stat().st_mtime == NOW.timestamp()
    later = datetime(2026, 6, 1, 2, 3, 4, 567_891, tzinfo=UTC)
    touch(tmp_path, later)
    assert (tmp_path / "applied.json").stat().st_mtime_ns == 1780279384567891000
    assert later.timestamp() == pytest.approx(1780279384.567891)


@pytest.mark.parametrize(
    "error",
    [Invalid("wrong", field="list"), Conflict("there"), Refused("full"), Unavailable("disk")],
)
def test_error_of_a_change_comes_back_in_its_family(error: TutelaError) -> None:
    back = problem_of(4, error).as_error()
    assert (type(back), back.message) == (type(error), error.message)
    assert getattr(back, "field", "") == getattr(error, "field", "")


def test_outcome_is_known_when_the_change_is_live() -> None:
    problem = problem_of(5, Conflict("there"), held=True)
    progress = Progress(sequence=6, problems=(problem,), forgotten=2)
    assert outcome_of(progress, 7) is None
    applied, held, forgotten = (outcome_of(progress, number) for number in (6, 5, 2))
    assert applied is not None and applied.applied and applied.problem is None
    assert held is not None and held.held and isinstance(held.problem, Conflict)
    assert forgotten is not None and not forgotten.applied and isinstance(forgotten.problem, Unavailable)


GOOD = json.loads(render_progress(Progress(log="x", sequence=1, made=NOW)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"log": 1},
        {"sequence": -1},
        {"lists": []},
        {"lists": {"a": None}},
        {"holds": {"a": 1}},
        {"problems": {}},
        {"problems": [[1]]},
        {"problems": [[1, "a", "b", "c", 1]]},
        {"forgotten": "1"},
    ],
)
def test_what_no_release_wrote_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        parse_progress(json.dumps(GOOD | wrong).encode())


@given(st.binary(max_size=30))
def test_any_other_bytes_are_refused(untrusted: bytes) -> None:
    with pytest.raises(ValueError):
        parse_progress(untrusted)


def test_file_of_an_older_release_does_not_say_when_its_last_change_was_made() -> None:
    assert parse_progress(json.dumps(GOOD).encode()).made == NOW
    assert (
        parse_progress(
            json.dumps({name: said for name, said in GOOD.items() if name != "made"}).encode()
        ).made
        is None
    )
