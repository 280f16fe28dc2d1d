"""The verdict of bar i5-1: what was seen, what was not, and what was not tried at all."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from proofs import i5_01
from proofs.figure import Figure
from tutela.prevent.guard.proxy.coverage import ROUTES

WAYS = [one.name for one in ROUTES if one.claim == "before"]


def visits(turns: int, *, known: int) -> list[dict[str, Any]]:
    return [
        {
            "way": way,
            "number": number,
            "form": "exact",
            "looks": 50,
            "known": known,
            "of_class": 0,
            "benign": 5,
            "stopped": known,
        }
        for number in range(turns)
        for way in WAYS
    ]


def run(turns: int, *, known: int) -> dict[str, Any]:
    told = {"looks": 9_000, "per_second": 180.0, "gap_max_seconds": 0.03, "blind_share": 0.002, "stray": 0}
    told["over_udp"] = known
    return {"visits": visits(turns, known=known), **told}


FOUND: dict[str, Any] = {
    "trust": "by certutil",
    "ways": WAYS,
    "unshown": {WAYS[0]: "a reason"},
    "control": run(1, known=3),
    "guarded": run(2, known=0),
    "blocked": {"exact": 3},
}


def verdict(found: dict[str, Any], folder: Path) -> Figure:
    figure = Figure(bar=i5_01.BAR, tier="ci", folder=folder)
    i5_01.record(figure, found, "ci")
    return figure


def test_nothing_seen_and_nothing_lost_meets_the_bar(tmp_path: Path) -> None:
    figure = verdict(FOUND, tmp_path)
    assert figure.passed and figure.n["ways"] == len(WAYS) >= 30
    assert "a reason" in figure.notes[-1]


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        (("guarded", "visits", 5, "known"), 1),
        (("guarded", "visits", 5, "of_class"), 1),
        (("guarded", "visits", 5, "benign"), 0),
        (("guarded", "stray"), 1),
        (("guarded", "per_second"), 60.0),
        (("guarded", "visits"), visits(1, known=0)),
        (("control", "visits", 5, "known"), 0),
        (("control", "visits", 5, "benign"), 0),
        (("control", "per_second"), 60.0),
        (("guarded", "over_udp"), 1),
        (("control", "over_udp"), 0),
        (("ways",), WAYS[1:]),
        (("ways",), [*WAYS, "another"]),
    ],
    ids=lambda one: " ".join(map(str, one))[:40] if isinstance(one, tuple) else "",
)
def test_what_went_wrong_is_found(where: tuple[Any, ...], wrong: Any, tmp_path: Path) -> None:
    found = deepcopy(FOUND)
    place: Any = found
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = wrong
    assert not verdict(found, tmp_path).passed


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i5_01, "GUARD_PYTHON", tmp_path / "none")
    monkeypatch.setattr(i5_01, "missing", lambda name: "a screen" if name == "xvfb" else "")
    monkeypatch.setattr(i5_01, "measured", lambda _: pytest.fail("nothing is measured"))
    monkeypatch.setattr("proofs.figure.STATE", tmp_path)
    assert i5_01.main("ci") == 1
    assert "a screen" in (tmp_path / "figures" / "i5_01.json").read_text()
