from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.signing.structured_fields import (
    INTEGER_MAX,
    Bare,
    InnerList,
    Item,
    Member,
    Token,
    parse_dictionary,
    render_dictionary,
)

KEYS = st.from_regex(r"[a-z*][a-z0-9_.*-]{0,9}", fullmatch=True)
VISIBLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
BARE: st.SearchStrategy[Bare] = st.one_of(
    st.integers(-INTEGER_MAX, INTEGER_MAX),
    st.booleans(),
    st.binary(max_size=40),
    VISIBLE,
    st.from_regex(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,9}", fullmatch=True).map(Token),
)
PARAMETERS = st.dictionaries(KEYS, BARE, max_size=3)
ITEMS = st.builds(Item, value=BARE, parameters=PARAMETERS)
LISTS = st.builds(InnerList, items=st.lists(ITEMS, max_size=3).map(tuple), parameters=PARAMETERS)
MEMBERS: st.SearchStrategy[Member] = st.one_of(ITEMS, LISTS)


@given(st.dictionaries(KEYS, MEMBERS, max_size=4))
def test_what_is_written_is_read(members: dict[str, Member]) -> None:
    found = parse_dictionary(render_dictionary(members))
    assert found == members and list(found) == list(members)
    assert render_dictionary(found) == render_dictionary(members)


@given(st.text(st.sampled_from('ab=();, \t":?0-1.A/\\\xe9'), max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        members = parse_dictionary(text)
    except ValueError:
        return
    assert parse_dictionary(render_dictionary(members)) == members


def test_examples_of_the_rfc() -> None:
    assert parse_dictionary('en="Applepie", da=:w4ZibGV0w6ZydGU=:') == {
        "en": Item(value="Applepie"),
        "da": Item(value="Æbletærte".encode()),
    }
    assert parse_dictionary("a=?0, b, c; foo=bar") == {
        "a": Item(value=False),
        "b": Item(value=True),
        "c": Item(value=True, parameters={"foo": Token("bar")}),
    }
    numbers = InnerList(items=(Item(value=5), Item(value=6)), parameters={"valid": True})
    assert parse_dictionary("tags=(5 6);valid") == {"tags": numbers}
    assert parse_dictionary("  ") == {}


@pytest.mark.parametrize(
    "text",
    [
        "a=1,",
        "a=1 b=2",
        "A=1",
        "a=",
        "a=1.5",
        "a=1234567890123456",
        "a=@1",
        'a="open',
        'a="\\n"',
        'a="\xe9"',
        "a=:nope",
        "a=:Zh==:",
        "a=?2",
        "a=(1 2",
        "a=(1,2)",
        'a=("x""y")',
        "a=1, a=2",
        "a=1;b=1;b=2",
        "a=1;B",
        "x" * 9_000,
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_dictionary_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_dictionary(text)


@pytest.mark.parametrize(
    "member", [Item(value=10**15), Item(value="\n"), Item(value=1, parameters={"Big": 1})]
)
def test_what_no_field_can_hold_is_not_written(member: Item) -> None:
    with pytest.raises(ValueError, match="structured field"):
        render_dictionary({"a": member})
