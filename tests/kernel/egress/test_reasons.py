"""The closed set of words: each has a family and a sentence, may be logged, and makes the right error."""

from __future__ import annotations

import re

import pytest

from tests.house.reading import ROOT
from tutela.kernel.egress.reasons import FAMILIES, REASONS, SENTENCES, Failure, Reason, StoppedError
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.log import is_declared


@pytest.mark.parametrize("reason", REASONS)
def test_every_word_has_a_family_a_sentence_and_may_be_logged(reason: Reason) -> None:
    assert FAMILIES[reason] in (Invalid, Refused, Unavailable)
    assert len(SENTENCES[reason]) > 10
    assert is_declared(reason)
    error = Failure(reason=reason).error(field="place")
    assert type(error) is FAMILIES[reason]
    assert error.message == SENTENCES[reason]


def test_nothing_has_a_family_that_is_no_word() -> None:
    assert set(FAMILIES) == set(SENTENCES) == set(REASONS)


def test_the_error_says_where_and_when_to_come_back() -> None:
    invalid = Failure(reason="url_scheme").error(field="place")
    assert isinstance(invalid, Invalid)
    assert invalid.field == "place"
    busy = Failure(reason="host_busy", retry_after_seconds=3.0).error()
    assert isinstance(busy, Unavailable)
    assert busy.retry_after_seconds == 3.0


def test_a_failure_with_bytes_is_partial() -> None:
    assert Failure(reason="cut_short", kept_bytes=1).partial
    assert not Failure(reason="cut_short").partial


def test_what_stops_inside_carries_word_and_time() -> None:
    stopped = StoppedError("host_busy", retry_after_seconds=2.0)
    assert (stopped.reason, stopped.retry_after_seconds, str(stopped)) == ("host_busy", 2.0, "host_busy")


def test_the_manual_lists_every_word_with_its_family() -> None:
    page = (ROOT / "docs" / "explanation" / "egress.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z_]+)` \| (\w+) \|", page, re.MULTILINE))
    assert listed == {reason: FAMILIES[reason].code for reason in REASONS}
