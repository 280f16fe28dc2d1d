from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevent.guard.pilot.making import DRAFT, clock, joined_at, office_at
from tutela.prevent.guard.person.counters import Counters
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.pilot import taking_part
from tutela.prevent.guard.pilot.codes import Code
from tutela.prevent.guard.pilot.reports import CELL_NAMES, REPORT_BYTES_MAX, parse_report
from tutela.prevent.guard.pilot.shapes import Left
from tutela.prevent.guard.pilot.taking_part import Device
from tutela.prevent.guard.pilot.versions import version_mark

MARK = version_mark("0.1.0", [("known", 4)])


def told(tmp_path: Path, *, draft: str = DRAFT, policy: Policy | None = None) -> Device:
    """Somebody who has told of everything that there is."""
    at = clock()
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s", draft=draft), at=at, policy=policy)
    taking_part.answer(device, "start", {"calm": 3, "slept": None})
    counters = Counters(device.folder, device.public, at, release=MARK)
    for _ in range(3):
        counters.count("network", "exact")
    counters.keep()
    if not (policy and policy.keep_nothing):
        taking_part.tell_event(device, "sleep", 2)
    return device


def codes_of(device: Device) -> dict[str, Code]:
    code = device.state().code
    return {code.person: code}


def test_a_report_says_what_was_told_and_the_version_of_every_count(tmp_path: Path) -> None:
    device = told(tmp_path)
    report = parse_report(taking_part.show(device), codes_of(device))
    (answered,), (event,), (day,) = report.answers, report.events, report.counts
    assert (answered.moment, answered.answers) == ("start", {"calm": 3, "slept": None})
    assert (event.kind, event.severity) == ("sleep", 2)
    assert (day.release, day.lists) == tuple(MARK.split("+")) and day.day == device.today
    assert dict(zip(CELL_NAMES, day.counts, strict=True))["network/exact"] == 3 and sum(day.counts) == 3
    assert report.left is None and report.number == 1
    taking_part.leave(device, "health")
    left = parse_report(taking_part.show(device), codes_of(device)).left
    assert left is not None and left.reason == "health"


def test_the_bytes_are_plain_text_that_names_nobody(tmp_path: Path) -> None:
    device = told(tmp_path)
    shown, state = taking_part.show(device), device.state()
    assert shown.isascii() and json.loads(shown)["person"] == state.code.person
    for secret in (state.code.text, state.retraction.hex(), state.code.key.hex(), state.code.token.hex()):
        assert secret.encode() not in shown
    assert taking_part.show(device) == shown, "the same again until something is told"


def test_keeping_nothing_leaves_questions_alone(tmp_path: Path) -> None:
    device = told(tmp_path, policy=Policy(keep_nothing=True))
    taking_part.leave(device, "health")
    report = parse_report(taking_part.show(device), codes_of(device))
    assert report.answers and not report.events and not report.counts and report.left is None


def test_only_what_the_study_asks_for_is_in_it(tmp_path: Path) -> None:
    device = told(tmp_path, draft=DRAFT.replace('"events", "counts", "leaving"', '"events"'))
    taking_part.leave(device, "health")
    report = parse_report(taking_part.show(device), codes_of(device))
    assert report.answers and report.events and not report.counts and report.left is None


def test_counts_from_before_the_consent_stay_here(tmp_path: Path) -> None:
    at, office = clock(), office_at(tmp_path / "s")
    from tests.prevent.guard.pilot.making import card_of, device_at, note_of

    device = device_at(tmp_path / "d", at)
    counters = Counters(device.folder, device.public, at, release=MARK)
    counters.count("network", "exact")
    counters.keep()
    at.advance(86_400)
    counters.keep()
    counters.keep()
    taking_part.join(
        device, office.places()[0].code.text, note_of(office), clinic=card_of(office), language="en"
    )
    report = parse_report(taking_part.show(device), codes_of(device))
    assert [day.day for day in report.counts] == [device.today] and not sum(report.counts[0].counts)


def test_counts_from_after_leaving_stay_here(tmp_path: Path) -> None:
    at = clock()
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"), at=at)
    counters = Counters(device.folder, device.public, at, release=MARK)
    left_on = device.today
    for day in range(3):
        counters.keep()  # from here on it is this day
        counters.count("network", "exact")
        counters.keep()
        if day == 1:
            left_on = device.today
            taking_part.leave(device, "health")
        at.advance(86_400)
    report = parse_report(taking_part.show(device), codes_of(device))
    assert [day.day for day in report.counts][-1] == left_on and len(report.counts) == 2


def test_leaving_a_second_time_brings_no_later_counts(tmp_path: Path) -> None:
    at = clock()
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"), at=at)
    left_on = device.today
    taking_part.leave(device, "health")
    at.advance(86_400)
    Counters(device.folder, device.public, at, release=MARK).keep()
    taking_part.leave(device, "burden")
    report = parse_report(taking_part.show(device), codes_of(device))
    assert report.left == Left(day=left_on, reason="burden") and not report.counts


def resigned(row: dict[str, Any], code: Code) -> bytes:
    """The report with a proof that fits it, whatever it says."""
    rest = {name: value for name, value in row.items() if name != "proof"}
    text = (json.dumps(rest, indent=2, sort_keys=True) + "\n").encode()
    proof = hmac.digest(code.key, text, "sha256").hex()
    return (json.dumps({**rest, "proof": proof}, indent=2, sort_keys=True) + "\n").encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row["answers"][0]["answers"].update(calm=9),
        lambda row: row["answers"][0].update(moment="professional"),
        lambda row: row["answers"][0].update(day="yesterday"),
        lambda row: row["answers"].append(5),
        lambda row: row["events"][0].update(kind="own words"),
        lambda row: row["events"][0].update(severity=True),
        lambda row: row["counts"][0]["counts"].update({"network/exact": -1}),
        lambda row: row["counts"][0]["counts"].update({"network/exact": True}),
        lambda row: row["counts"][0]["counts"].pop("network/exact"),
        lambda row: row["counts"][0].update(release="A b"),
        lambda row: row.update(number=0),
        lambda row: row.update(left={"day": "2026-10-01", "reason": "own words"}),
        lambda row: row.update(format=2),
        lambda row: row.update(study="another"),
        lambda row: row.update(extra=1),
    ],
)
def test_what_nobody_could_have_told_is_refused_even_with_the_code(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    device = told(tmp_path)
    row = json.loads(taking_part.show(device))
    assert parse_report(resigned(row, device.state().code), codes_of(device)).number == 1
    change(row)
    with pytest.raises(ValueError):
        parse_report(resigned(row, device.state().code), codes_of(device))


def test_without_the_code_no_report_can_be_made_or_changed(tmp_path: Path) -> None:
    device = told(tmp_path)
    shown, codes = taking_part.show(device), codes_of(device)
    for altered in (
        shown.replace(b'"calm": 3', b'"calm": 4'),
        shown.replace(b"\n", b"\r\n"),
        shown + b" ",
        resigned(json.loads(shown), Code(value=5, study="example")),
    ):
        assert altered != shown
        with pytest.raises(ValueError):
            parse_report(altered, codes)
    with pytest.raises(ValueError, match="nobody of this study"):
        parse_report(shown, {})


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_report(data, {})


@pytest.mark.parametrize("depth", [900, 100_000])
def test_what_is_nested_without_end_is_refused(tmp_path: Path, depth: int) -> None:
    device = told(tmp_path)
    row = json.dumps({**json.loads(taking_part.show(device)), "left": "deep"})
    with pytest.raises(ValueError, match="one form"):
        parse_report(row.replace('"deep"', "[" * depth + "]" * depth).encode(), codes_of(device))


def test_what_is_too_long_is_not_read() -> None:
    with pytest.raises(ValueError, match="at most"):
        parse_report(b" " * (REPORT_BYTES_MAX + 1), {})
