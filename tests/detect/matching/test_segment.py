"""One immutable segment, and what it does with arrays that cannot be right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.detect.matching.making import entry, flipped, many_entries, value
from tutela.arithmetic import words
from tutela.detect.matching.arrange import arrange
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.index import BUCKETED_FROM, LINEAR
from tutela.detect.matching.segment import Segment
from tutela.detect.matching.shapes import ListEntry
from tutela.kernel.errors import Invalid


def segment(entries: list[ListEntry], **more: Any) -> Segment:
    return Segment(arrange(columns_of(entries), quality_min=50), **more)


def test_entries_come_back_in_their_order() -> None:
    entries = many_entries(3, 250)
    found = segment(entries)
    assert list(found.entries()) == entries
    assert len(found) == 250
    assert sum(found.counts().values()) == 250


def test_rows_of_an_entry_are_all_its_rows() -> None:
    entries = many_entries(4, 90)
    found = segment(entries)
    assert [found.entry(row) for row in found.rows_of("ent_7")] == entries[21:24]
    assert found.rows_of("ent_") == []


def test_exact_values_are_found_and_counted() -> None:
    same = [entry(str(number), "md5", value(1, 16)) for number in range(5)]
    found = segment([*same, entry("other", "md5", value(2, 16))])
    hits = found.exact("md5", [value(2, 16), value(3, 16), value(1, 16)], per_query_max=2)
    assert [(hit.query, found.entry_id(hit.row)) for hit in hits] == [
        (0, "other"),
        (2, "0"),
        (2, "1"),
        (2, "2"),
    ]
    assert found.exact("sha1", [value(2, 20)], per_query_max=2) == []
    assert found.exact("md5", [], per_query_max=2) == []


def test_values_that_end_in_zero_are_told_apart() -> None:
    found = segment([entry("a", "md5", b"x" + bytes(15)), entry("b", "md5", b"x\1" + bytes(14))])
    hits = found.exact("md5", [b"x" + bytes(15)], per_query_max=9)
    assert [found.entry_id(hit.row) for hit in hits] == ["a"]


def test_near_hashes_come_with_row_and_distance() -> None:
    found = segment(
        [entry("md", "md5", value(1, 16)), entry("a", "pdq", value(1)), entry("b", "pdq", value(2))]
    )
    hits = found.near(words(flipped(value(2), 0, 9, 200)), 31, batch=False, per_query_max=9)
    assert [found.entry_id(row) for row in hits.ids.tolist()] == ["b"]
    assert hits.distance.tolist() == [3]


def test_poor_hashes_are_kept_and_not_found() -> None:
    found = segment([entry("a", "pdq", value(1), quality=49)])
    assert not len(found.near(words(value(1)), 31, batch=False, per_query_max=9))
    assert found.entry(0).value == value(1)


@pytest.mark.parametrize("size", [1, BUCKETED_FROM])
def test_linear_and_bucketed_answer_alike(size: int) -> None:
    entries = [entry(str(number), "pdq", value(number)) for number in range(size)]
    queries = words(b"".join(flipped(value(number), *range(0, number, 2)) for number in range(40)))
    arrays = arrange(columns_of(entries), quality_min=50)
    first, second = Segment(arrays), Segment(arrays, index=LINEAR)
    for batch in (True, False):
        left = first.near(queries, 31, batch=batch, per_query_max=9)
        right = second.near(queries, 31, batch=batch, per_query_max=9)
        assert left.ids.tolist() == right.ids.tolist()
        assert left.distance.tolist() == right.distance.tolist()


def test_films_keep_their_frames_in_order() -> None:
    films = [value(1, 96), value(2, 32), value(1, 64)]
    found = segment([entry(str(number), "vpdq", film) for number, film in enumerate(films)])
    assert found.film_count == 3
    hits = found.near_frames(words(value(2, 32)), 0, per_query_max=9)
    assert [found.entry_id(found.film_row(int(film))) for film in found.films_of(hits.ids)] == ["1"]
    assert found.film_frames(0).tobytes() == films[0]
    assert found.frame_hashes(hits.ids).tobytes() == films[1]


def test_removed_rows_are_not_alive() -> None:
    found = segment(many_entries(5, 10))
    assert found.alive(np.array([0, 3], "<u4")).all()
    found.dead.add(3)
    assert found.alive(np.array([0, 3], "<u4")).tolist() == [True, False]


def changed(name: str, array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return dict(arrange(columns_of(many_entries(6, 60)), quality_min=50)) | {name: array}


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("labels", np.zeros((2, 6), "<u4")),
        ("rows", np.zeros((2, 2), "<u4")),
        ("pdq_hashes", np.zeros((1, 4), "<u8")),
        ("md5_rows", np.zeros(1, "<u4")),
        ("group_rows", np.zeros(1, "<u4")),
        ("ids_offsets", np.zeros(1, "<u8")),
        ("pdq_poor", np.zeros(2, "<u4")),
        ("pdq_poor", np.array([9999], "<u4")),
        ("vpdq_ends", np.zeros(1, "<u8")),
        ("vpdq_rows", np.zeros(0, "<u4")),
        ("pdq_offsets", np.zeros((16, 65_537), "<u4")),
    ],
)
def test_arrays_that_do_not_fit_one_another_are_refused(name: str, array: NDArray[Any]) -> None:
    with pytest.raises(ValueError):
        Segment(changed(name, array))


def test_films_that_end_before_they_begin_are_refused() -> None:
    arrays = dict(
        arrange(columns_of([entry(str(n), "vpdq", value(n, 64)) for n in range(3)]), quality_min=50)
    )
    with pytest.raises(ValueError, match="fall"):
        Segment(arrays | {"vpdq_ends": np.array([0, 4, 2, 6], "<u8")})


@pytest.mark.parametrize("field", ["group", "label", "place"])
def test_rows_that_name_what_is_not_there_are_damage(field: str) -> None:
    arrays = dict(arrange(columns_of(many_entries(7, 60)), quality_min=50))
    rows = arrays["rows"].copy()
    rows[field] = 1 << 30
    found = Segment(arrays | {"rows": rows})
    for row in range(len(found)):
        with pytest.raises(Invalid, match="damaged"):
            found.entry(row)


@pytest.mark.parametrize(("name", "wrong"), [("group_order", 999), ("group_rows", 0xFFFF_FFFF)])
def test_entries_whose_rows_are_nowhere_are_damage(name: str, wrong: int) -> None:
    arrays = dict(arrange(columns_of(many_entries(7, 60)), quality_min=50))
    found = Segment(arrays | {name: np.full_like(arrays[name], wrong)})
    with pytest.raises(Invalid, match="damaged"):
        found.rows_of("ent_3")


def test_columns_of_a_segment_make_the_same_segment() -> None:
    found = segment(many_entries(8, 120))
    again = Segment(arrange(found.columns(), quality_min=50))
    assert list(again.entries()) == list(found.entries())
    assert again.rows_of("ent_5") == found.rows_of("ent_5") != []


def test_index_bytes_are_32_a_hash_below_the_tables() -> None:
    assert segment([entry(str(number), "pdq", value(number)) for number in range(10)]).index_bytes() == 320
