"""Findings on a terminal: status first, names made visible, counts that say what they mean."""

from __future__ import annotations

import io
from dataclasses import replace

from tests.detect.scan.test_findings import match
from tests.detect.scan.test_report import EMPTY
from tutela.detect.scan.findings import render_finding
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.terminal import REASONS_MAX, TextSink, finding_text, tally_text

FOUND = Finding(
    path="/a/\x1b[2Jb.zip",
    member="\u202ec",
    sha256=None,
    status="candidate",
    reason="near",
    matches=(match(),),
)
NOTHING = Finding(path="/a/n", member=None, sha256=None, status="unknown", reason="nothing")


def test_a_finding_names_place_reason_and_entry_without_steering_the_terminal() -> None:
    text = finding_text(FOUND)
    assert text.splitlines()[0] == "candidate   /a/\\x1b[2Jb.zip!/\\u202ec"
    assert "l 1, entry e" in text
    assert "\x1b" not in text


def test_colour_goes_around_the_status_only() -> None:
    assert finding_text(NOTHING, colour=True).startswith("\x1b[32munknown   \x1b[0m  /a/n")


def test_what_met_nothing_can_be_left_out() -> None:
    lines = "".join(f"{render_finding(one)}\n" for one in (FOUND, NOTHING)).encode()
    everything, met = io.StringIO(), io.StringIO()
    for sink in (TextSink(everything), TextSink(met, met_only=True)):
        sink.write(lines)
        assert sink.length_bytes == len(lines)
    assert "/a/n" in everything.getvalue()
    assert "/a/n" not in met.getvalue()
    assert "candidate" in met.getvalue()


def test_counts_say_that_unread_is_not_cleared() -> None:
    reasons = {f"reason {number}": 1 for number in range(REASONS_MAX + 3)}
    text = tally_text(replace(EMPTY, by_status={"unknown": 9, "unreadable": 11}, unread_reasons=reasons))
    assert text.startswith("20 files looked at")
    assert "not cleared" in text
    assert text.count("reason ") == REASONS_MAX
    assert "cleared" not in tally_text(replace(EMPTY, by_status={"unknown": 9}))
