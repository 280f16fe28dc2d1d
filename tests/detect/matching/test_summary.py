from __future__ import annotations

from tests.detect.matching.listings import SALT, header, value_of
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.summary import counts_of, header_of

LISTED = [
    ListEntry(
        entry="a", kind="md5", value=value_of("md5", 1), legal_class="csam", scheme="uk-iwf", category="A"
    ),
    ListEntry(entry="a", kind="pdq", value=value_of("pdq", 1), quality=49, source="S"),
    ListEntry(entry="b", kind="pdq", value=value_of("pdq", 2), quality=50, derived="c5", category="B"),
    ListEntry(entry="c", kind="md5", value=value_of("md5", 1), disputed=True),
    ListEntry(entry="d", kind="vpdq", value=value_of("pdq", 1) + value_of("pdq", 2)),
]


def test_a_list_in_counts() -> None:
    counts = counts_of(header(scheme="own"), columns_of(LISTED))
    assert counts == {
        "entries": 4,
        "values": 5,
        "duplicates": 1,
        "disputed": 1,
        "derived": 1,
        "poor": 1,
        "film_frames": 2,
        "kinds": {"md5": 2, "pdq": 2, "vpdq": 1},
        "classes": {"not said": 4, "csam": 1},
        "categories": {"not said": 3, "uk-iwf A": 1, "own B": 1},
        "sources": {"not said": 4, "S": 1},
    }


def test_an_empty_list_in_counts() -> None:
    counts = counts_of(header(), columns_of(()))
    assert counts["entries"] == counts["values"] == counts["duplicates"] == 0
    assert counts["kinds"] == counts["classes"] == {}


def test_the_header_is_told_without_its_salt() -> None:
    told = header_of(header("mine", law="L"))
    assert (told["name"], told["law"], told["created"]) == ("mine", "L", "2026-01-02T03:04:05Z")
    assert SALT.hex() not in str(told)
    assert "salt" not in told
