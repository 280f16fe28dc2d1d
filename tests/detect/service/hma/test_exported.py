from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.detect.service.hma.exports import PDQ
from tutela.detect.service.hma.exported import (
    Tally,
    checked_bank,
    checked_number,
    checked_ratio,
    entry_of,
    switch_of,
)


def test_a_switch_is_read_as_hma_means_it() -> None:
    assert switch_of(7, "1") is None
    off, until = switch_of(7, 0), switch_of(7, "1700000000")
    assert off is not None and (off.entry, off.until) == ("hma-7", None)
    assert until is not None and until.until == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("value", ["-1", "", None, "1.0", 1.0, True, "x", "٣"])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        checked_number(value)


@pytest.mark.parametrize("value", [None, "", "x", "nan", "inf", -0.1, 1.1, True, []])
def test_what_is_no_share_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        checked_ratio(value)


def test_a_bank_has_a_name_that_a_list_can_have() -> None:
    assert checked_bank("A_1", "0.5").ratio == 0.5
    for name in ("", ".A", "A/B", None, 1):
        with pytest.raises(ValueError):
            checked_bank(name, 1)


def test_values_of_other_types_and_of_everybody_are_counted() -> None:
    tally = Tally()
    assert entry_of(1, "tlsh", "T1", tally) is None
    assert entry_of(1, "pdq", "0" * 64, tally) is None
    found = entry_of(1, "pdq", PDQ, tally, note="n")
    assert found is not None and (found.entry, found.kind, found.note) == ("hma-1", "pdq", "n")
    assert len(tally.sentences()) == 2
