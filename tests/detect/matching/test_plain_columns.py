from __future__ import annotations

import pytest

from tests.detect.matching.listings import SALT
from tutela.detect.matching.arrange import arrange
from tutela.detect.matching.entry_ids import keyed_id
from tutela.detect.matching.plain_columns import plain_columns
from tutela.detect.matching.segment import Segment
from tutela.detect.matching.shapes import ListEntry

WIDTHS = {"md5": 16, "sha1": 20, "sha256": 32, "pdq": 32}


@pytest.mark.parametrize(("kind", "width"), WIDTHS.items())
@pytest.mark.parametrize("numbers", [[], [5], [9, 3, 9, 1, 3], list(range(300, 0, -1))])
def test_values_become_entries_and_equal_ones_share_an_id(kind: str, width: int, numbers: list[int]) -> None:
    values = [number.to_bytes(width, "little") for number in numbers]
    columns = plain_columns(kind, b"".join(values), SALT)
    found = list(Segment(arrange(columns, quality_min=50)).entries())
    wanted = [
        ListEntry(entry=keyed_id(SALT, [kind.encode(), value]), kind=kind, value=value) for value in values
    ]
    assert sorted(found, key=lambda entry: entry.value) == sorted(wanted, key=lambda entry: entry.value)
    assert len(columns.ids) == len(set(numbers))


def test_a_length_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError):
        plain_columns("md5", b"x" * 17, SALT)
