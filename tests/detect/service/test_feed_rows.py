"""What a recipient is to have: values in force of its lists, each once, with canaries among them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import numpy as np
import pytest

from tests.detect.service.feed_making import START, header_of, md5_entry, md5_value, pdq_entry, pdq_value
from tutela.detect.matching.columns import columns_of, microseconds_of
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.canary import PER_KIND, Canaries
from tutela.detect.service.feed_rows import ROW, Current, Source, class_bits, current_rows, key_of
from tutela.kernel.errors import Refused

CANARIES = Canaries(key=bytes(32))


def source(name: str, *entries: ListEntry, disabled: Collection[str] = (), **fields: object) -> Source:
    return Source(
        name=name,
        header=header_of(name, **fields),
        columns=columns_of(entries),
        disabled=frozenset(disabled),
    )


def current(*sources: Source, names: tuple[str, ...] = ("a", "b")) -> Current:
    return current_rows(sources, names=names, canaries=CANARIES, recipient="platform", now=START)


def keys(rows: Current) -> set[bytes]:
    """All keys but those of canaries, filled up again."""
    canaries = {
        key_of(kind, value)
        for name in ("a", "b")
        for kind in ("pdq", "md5")
        for value in CANARIES.values("platform", name, kind)
    }
    return {key.ljust(33, b"\0") for key in rows.rows["key"].tolist()} - canaries


def test_values_in_force_are_there_and_others_are_not() -> None:
    hour = timedelta(hours=1)
    found = current(
        source(
            "a",
            pdq_entry(1),
            md5_entry(2),
            pdq_entry(3, derived="c5"),
            pdq_entry(4, valid_to=START),
            pdq_entry(5, valid_from=START + hour),
            pdq_entry(6, valid_from=START, valid_to=START + 2 * hour),
            ListEntry(entry="ent-7", kind="sha256", value=bytes(32)),
            ListEntry(entry="ent-8", kind="url", value=bytes(32)),
            pdq_entry(9),
            disabled=["ent-9", "ent-x"],
        )
    )
    assert keys(found) == {
        key_of("pdq", pdq_value(1)),
        key_of("md5", md5_value(2)),
        key_of("pdq", pdq_value(6)),
    }
    assert found.boundary == microseconds_of(START + hour)


def test_a_list_that_has_expired_leaves_and_one_that_will_is_looked_at_again_then() -> None:
    hour = timedelta(hours=1)
    expired = source("a", pdq_entry(1), valid_to=START)
    lasting = source("b", pdq_entry(2), valid_to=START + hour)
    found = current(expired, lasting)
    assert keys(found) == {key_of("pdq", pdq_value(2))}
    assert found.boundary == microseconds_of(START + hour)


def test_a_value_of_two_lists_is_one_row() -> None:
    found = current(source("a", pdq_entry(1), legal_class="csam"), source("b", pdq_entry(1, disputed=True)))
    row = found.rows[found.rows["key"] == key_of("pdq", pdq_value(1))][0]
    assert (row["lists"], row["disputed"], row["classes"]) == (3, 2, class_bits("csam"))


def test_an_entry_s_own_class_goes_before_the_list_s() -> None:
    found = current(source("a", pdq_entry(1, legal_class="exploitative"), legal_class="csam"))
    assert set(found.rows["classes"].tolist()) == {class_bits("exploitative")}


def test_keys_are_sorted_and_each_occurs_once() -> None:
    found = current(source("a", *map(pdq_entry, range(50)), *map(md5_entry, range(50))))
    assert list(found.rows["key"]) == sorted(set(found.rows["key"].tolist()))
    assert len(found.rows) == 100 + 2 * PER_KIND


def test_a_list_has_canaries_of_the_kinds_that_it_holds() -> None:
    found = current(source("a", pdq_entry(1)), source("b"))
    assert len(found.rows) == 1 + PER_KIND
    wanted = {key_of("pdq", value) for value in CANARIES.values("platform", "a", "pdq")}
    assert wanted <= {key.ljust(33, b"\0") for key in found.rows["key"].tolist()}


def test_a_value_that_ends_in_zeros_keeps_them_apart() -> None:
    short, other = bytes([7]) + bytes(31), bytes([7, 0, 1]) + bytes(29)
    found = current(
        source("a", *(ListEntry(entry=v.hex(), kind="pdq", value=v) for v in (short, other, bytes(32))))
    )
    assert keys(found) == {key_of("pdq", value) for value in (short, other, bytes(32))}


def test_known_good_lists_do_not_leave() -> None:
    assert not len(current(source("a", pdq_entry(1), known_good=True)).rows)


def test_nothing_gives_no_rows() -> None:
    assert current().rows.dtype == ROW and current().boundary is None
    assert not len(current(source("a")).rows)


def test_a_recipient_has_at_most_64_lists() -> None:
    with pytest.raises(Refused, match="at most 64"):
        current(names=tuple(map(str, range(65))))


def test_the_64th_list_has_a_bit() -> None:
    found = current_rows(
        [source("63", pdq_entry(1))],
        names=tuple(map(str, range(64))),
        canaries=CANARIES,
        recipient="platform",
        now=START,
    )
    assert set(found.rows["lists"].tolist()) == {1 << 63}
    assert found.rows["lists"].dtype == np.dtype("<u8")
