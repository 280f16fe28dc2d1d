from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, act, add, remove
from tutela.detect.service.changes import Change, Draft
from tutela.detect.service.joining import JOINED_ENTRIES_MAX, joined

A, B = entry("a", "pdq", value(1)), entry("b", "pdq", value(2))


def numbers(*drafts: Draft) -> list[list[int]]:
    changes = [Change(sequence=n, made=NOW, draft=draft) for n, draft in enumerate(drafts, 1)]
    return [[change.sequence for change in group] for group in joined(changes)]


def test_additions_to_one_list_go_together() -> None:
    assert numbers(add("x", A), add("x", B), add("y", A), remove("y", "a"), add("y", A)) == [
        [1, 2],
        [3],
        [4],
        [5],
    ]
    assert numbers(remove("x", "a"), remove("x", "b")) == [[1], [2]]


def test_what_names_an_id_or_a_value_again_stands_apart() -> None:
    assert numbers(add("x", A), add("x", replace(B, entry="a"))) == [[1], [2]]
    assert numbers(add("x", A), add("x", replace(A, entry="c"))) == [[1], [2]]
    assert numbers(add("x", A), add("x", B), add("x", A)) == [[1, 2], [3]]


def test_switching_off_in_one_list_goes_together() -> None:
    off = [act(name, "disable", ids=("a",)) for name in "xxy"]
    assert numbers(*off, act("y", "enable", ids=("a",)), add("x", A)) == [[1, 2], [3], [4], [5]]


def test_what_goes_together_is_bounded() -> None:
    half = JOINED_ENTRIES_MAX // 2 + 1
    blocks = [
        add("x", *[entry(f"{block}-{n}", "pdq", value(block * half + n)) for n in range(half)])
        for block in range(2)
    ]
    assert numbers(*blocks) == [[1], [2]]


DRAFTS = st.one_of(
    st.builds(add, st.sampled_from("xy"), st.sampled_from([A, B])),
    st.builds(lambda name: remove(name, "a"), st.sampled_from("xy")),
    st.builds(lambda name: act(name, "disable", ids=("a",)), st.sampled_from("xy")),
)


@given(st.lists(DRAFTS, max_size=12))
def test_no_change_is_lost_or_moved(drafts: list[Draft]) -> None:
    assert [n for group in numbers(*drafts) for n in group] == list(range(1, len(drafts) + 1))
