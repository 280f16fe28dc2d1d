from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.mailbox.reports.addresses import find_addresses


def found(text: str) -> list[str]:
    return [one.canonical for one in find_addresses(text, 100).addresses]


@pytest.mark.parametrize(
    "written",
    [
        "https://there.test/a?b=1",
        "hxxps://there.test/a?b=1",
        "hXXps://there[.]test/a?b=1",
        "https[:]//there.test/a?b=1",
        "hxxps[://]there(.)test/a?b=1",
        "hxxps://there[dot]test/a?b=1",
        "there[.]test/a?b=1",
        "<https://there.test/a?b=1>",
        "(see https://there.test/a?b=1).",
        "> https://there.test/a?b=1,",
        "It is at \u201chttps://there.test/a?b=1\u201d, since today",
        "[here](https://there.test/a?b=1)",
        "link:https://there.test/a?b=1",
    ],
)
def test_an_address_is_found_however_it_is_written(written: str) -> None:
    assert found(written) == ["https://there.test/a?b=1"]


@pytest.mark.parametrize(
    "text",
    ["", "Regards, A.B.", "see there.test", "ask a@there.test", "ask a@there[.]test", "e.g. [.]", "xhttp"],
    ids=["nothing", "name", "bare", "mailbox", "defanged mailbox", "marks", "word"],
)  # fmt: skip
def test_what_is_none_is_left(text: str) -> None:
    read = find_addresses(text, 100)
    assert (read.addresses, read.wrong, read.words) == ((), 0, text)


def test_brackets_that_belong_to_an_address_stay() -> None:
    assert found("https://there.test/a_(b)") == ["https://there.test/a_(b)"]
    assert found("hxxp://there[.]test/a[.]b(.)c") == ["http://there.test/a.b(.)c"]
    assert found("http://[2001:db8::1]/x") == ["http://[2001:db8::1]/x"]


def test_two_addresses_without_a_blank_are_two_and_one_inside_another_is_one() -> None:
    assert found("https://a.test/1,https://b.test/2;hxxp://c[.]test") == [
        "https://a.test/1", "https://b.test/2", "http://c.test/",
    ]  # fmt: skip
    assert found("https://a.test/?to=https://b.test/") == ["https://a.test/?to=https://b.test/"]


def test_lines_that_are_an_address_are_no_words_and_all_others_are() -> None:
    read = find_addresses("Seen today:\n> https://a.test/1\n* hxxps://a[.]test/2\nand https://b.test too", 10)
    assert read.words == "Seen today:\nand https://b.test too"
    assert len(read.addresses) == 3


def test_what_looks_like_an_address_and_is_none_is_counted_and_stays_in_the_words() -> None:
    read = find_addresses("https://user:pass@there.test/\nhttps:///\nhttps://good.test/", 10)
    assert ([one.host for one in read.addresses], read.wrong) == (["good.test"], 2)
    assert read.words == "https://user:pass@there.test/\nhttps:///"


def test_spellings_of_one_address_are_one_and_no_more_are_read_than_are_wanted() -> None:
    assert found("HTTPS://There.TEST:443/a\nhttps://there.test/a") == ["https://there.test/a"]
    assert len(find_addresses("\n".join(f"https://a.test/{n}" for n in range(10_000)), 50).addresses) == 51


@pytest.mark.parametrize(
    "text",
    [
        "https://a.test/" + ")" * 200_000, "https://" * 10_000, "[.]" * 80_000, "a[.]" * 60_000,
        "h" * 200_000, "https://a.test/" + "(" * 8_000 + ")" * 8_000, "https://a.test,;|" * 2_000,
    ],
    ids=["closing", "schemes", "dots", "labels", "letters", "pairs", "marks"],
)  # fmt: skip
def test_nothing_takes_long(text: str) -> None:
    began = time.process_time()
    find_addresses(text, 1_000)
    assert time.process_time() - began < 2


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    read = find_addresses(text, 5)
    assert len(read.addresses) <= 6
    assert all(one.canonical.startswith(("http://", "https://")) for one in read.addresses)


@given(st.lists(st.sampled_from(["https://a.test/1", "hxxp://b[.]test/2", "c[.]test"]), min_size=1))
def test_every_way_of_writing_is_found_between_words(written: list[str]) -> None:
    assert len(found(" and ".join(written))) == len(set(written))
