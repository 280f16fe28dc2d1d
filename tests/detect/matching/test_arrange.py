"""From columns to the arrays of a segment."""

from __future__ import annotations

import numpy as np

from tests.detect.matching.making import entry, many_entries, value
from tutela.detect.matching.arrange import SECTION_TYPES, arrange, sortable
from tutela.detect.matching.columns import EXACT_BYTES, columns_of
from tutela.detect.matching.index import BUCKETED_FROM


def test_every_section_has_its_declared_type() -> None:
    arrays = arrange(columns_of(many_entries(1, 200)), quality_min=50)
    assert set(arrays) == set(SECTION_TYPES)
    assert {name: array.dtype for name, array in arrays.items()} == SECTION_TYPES


def test_digests_are_in_the_order_of_their_bytes() -> None:
    arrays = arrange(columns_of(many_entries(2, 300)), quality_min=50)
    for kind in EXACT_BYTES:
        values = [bytes(one) for one in arrays[f"{kind}_values"]]
        assert values == sorted(values)


def test_zero_bytes_do_not_confuse_the_order() -> None:
    values = np.array([[0, 0], [0, 1], [1, 0], [255, 0]], np.uint8)
    assert list(np.argsort(sortable(values))) == [0, 1, 2, 3]


def test_poor_hashes_stand_last_and_are_counted() -> None:
    entries = [entry(str(n), "pdq", value(n), quality=q) for n, q in enumerate((10, 80, 49, None, 50))]
    arrays = arrange(columns_of(entries), quality_min=50)
    assert arrays["pdq_poor"].tolist() == [2]
    assert arrays["rows"]["quality"][arrays["pdq_rows"]].tolist() == [80, 255, 50, 10, 49]


def test_bucket_tables_only_where_they_pay() -> None:
    few = arrange(columns_of([entry("a", "pdq", value(1))]), quality_min=50)
    assert few["pdq_offsets"].shape == (0, 65_537)
    many = [entry(str(n), "pdq", n.to_bytes(32, "big")) for n in range(BUCKETED_FROM)]
    assert arrange(columns_of(many), quality_min=50)["pdq_offsets"].shape == (16, 65_537)
