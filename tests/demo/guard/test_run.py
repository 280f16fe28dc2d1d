"""The demonstration: a gallery without the guard and behind it, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.needs import missing
from tutela.demo.guard import run
from tutela.demo.guard.marks import SHOWN_MIN, Seen
from tutela.demo.guard.run import Outcome, Side, run_demo, told
from tutela.demo.guard.sampling import Tally, Watch
from tutela.kernel.errors import Unavailable

EVERYTHING = Seen(known=SHOWN_MIN, of_class=SHOWN_MIN, benign=SHOWN_MIN)
HARMLESS = Seen(benign=SHOWN_MIN)


def side(seen: Seen, *, milliseconds: float, stopped: int = 0) -> Side:
    tally = Tally(looks=100, stopped=stopped)
    watch = Watch(tallies=(tally,), seconds=1, gap_max_seconds=0, blind_share=0)
    took = (milliseconds, milliseconds, 9_999.0)
    return Side(picture=Path("a.png"), took_milliseconds=took, seen=seen, watch=watch)


GOOD = Outcome(
    without=side(EVERYTHING, milliseconds=100, stopped=80),
    behind=side(HARMLESS, milliseconds=220),
    blocked={"exact": 5, "near": 15, "class": 10},
)


def test_what_came_of_it_is_told_in_plain_words() -> None:
    assert GOOD.passed
    text = "\n".join(told(GOOD))
    for words in (
        "12 pictures on the page, 5 visits: 60 pictures",
        "blocked before they were seen: 30",
        "5  exact: the very file is on the list",
        "0  undecided",
        "shown: 30",
        "100 ms without the guard, 220 ms behind it: 120 ms more, 10 ms a picture",
        "100 times a second behind it: 0 of 100 looks met what should not be seen",
        "80 of 100 looks",
        "as it should be",
    ):
        assert words in text


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, without=side(HARMLESS, milliseconds=1)),
        replace(GOOD, behind=side(EVERYTHING, milliseconds=1)),
        replace(GOOD, behind=side(Seen(), milliseconds=1)),
        replace(GOOD, behind=side(replace(HARMLESS, known=SHOWN_MIN), milliseconds=1)),
        replace(GOOD, behind=side(HARMLESS, milliseconds=1, stopped=1)),
    ],
    ids=["not seen without it", "seen", "nothing seen", "a known one seen", "seen for a moment"],
)
def test_what_is_not_as_it_should_be_is_said(wrong: Outcome) -> None:
    assert not wrong.passed
    assert "NOT as it should be" in "\n".join(told(wrong))


def test_without_a_screen_it_is_said() -> None:
    blind = replace(GOOD, behind=replace(GOOD.behind, watch=None))
    assert blind.passed and "no screen was watched" in "\n".join(told(blind))


def test_without_chromium_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="apt-get install chromium"):
        run_demo(tmp_path / "new", lambda _: None)
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("screen", [True, False], ids=["with a screen", "without one"])
def test_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: bool) -> None:
    monkeypatch.setattr(run, "VISITS", 2)
    if not screen:
        monkeypatch.setattr(run, "PROGRAM", "no-such-program")
    said: list[str] = []
    outcome = run_demo(tmp_path, said.append)
    assert outcome.passed, said
    assert {name: outcome.blocked[name] for name in ("exact", "near", "class")} == {
        "exact": 2,
        "near": 6,
        "class": 4,
    }
    assert sorted(one.name for one in tmp_path.iterdir()) == ["behind-the-guard.png", "without-the-guard.png"]
    assert (outcome.behind.watch is None) == (not screen or bool(missing("xvfb")))
