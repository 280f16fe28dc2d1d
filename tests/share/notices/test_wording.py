from __future__ import annotations

import pytest

from tests.share.notices import telling as make
from tutela.share.notices.contents import Law
from tutela.share.notices.texts import LANGUAGES
from tutela.share.notices.wording import COLUMNS, render_notice, render_retraction, render_subject


def test_the_subject_says_what_it_is_and_its_number() -> None:
    assert render_subject(make.content()) == f"Notice {make.NOTICE}: removal asked for"
    assert "Reminder 2" in render_subject(make.content(reminder=make.reminder(2)))
    assert render_subject(make.content(order=make.order())).startswith("Order ")
    assert "Reminder 1 of order" in render_subject(make.content(order=make.order(), reminder=make.reminder()))
    assert render_subject(make.retraction()) == f"Notice {make.EARLIER} is taken back"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_subject_names_a_place(language: str) -> None:
    for one in make.every_kind(language):
        assert "pictures" not in render_subject(one) and "://" not in render_subject(one)


def test_every_address_stands_alone_on_its_line_with_what_was_met_there() -> None:
    lines = render_notice(make.content(), make.head(), machine_parts=True).splitlines()
    assert "  1. https://pictures.test/album/1" in lines and "  2. https://pictures.test/album/2" in lines
    assert (
        "     First seen: 2026-05-03 09:30 UTC" in lines and "     Last seen: 2026-05-04 09:25 UTC" in lines
    )
    assert "     Network address: 192.0.2.10" in lines and "     Network: AS64500 NL" in lines
    assert f"     SHA-256 of the file: {'5a' * 32}" in lines


def test_what_is_not_known_is_not_said() -> None:
    bare = make.sighting(address=None, network_number=None, country="", sha256="")
    text = render_notice(make.content(sightings=(bare,)), make.head(), machine_parts=False)
    assert "Network" not in text and "SHA-256" not in text and "X-ARF" not in text


def test_digests_are_told_where_it_is_wanted() -> None:
    assert "SHA-256" not in render_notice(make.content(digests="none"), make.head(), machine_parts=True)


def test_only_an_address_is_longer_than_a_line() -> None:
    long = "https://pictures.test/" + "a" * 300
    text = render_notice(make.content(sightings=(make.sighting(long),)), make.head(), machine_parts=True)
    assert long in text
    assert [line for line in text.splitlines() if len(line) > COLUMNS + 25 and "a" * 300 not in line] == []


def test_a_homograph_is_shown_as_what_is_asked_of_the_name_server() -> None:
    # The first letter is Cyrillic.
    trick = make.sighting("https://\u0430pple.test/\u202egpj.exe")
    text = render_notice(make.content(sightings=(trick,)), make.head(), machine_parts=True)
    assert "https://xn--pple-43d.test/%E2%80%AEgpj.exe" in text and "\u0430" not in text


def test_an_order_names_who_gave_it_and_until_when() -> None:
    text = " ".join(render_notice(make.content(order=make.order()), make.head(), machine_parts=True).split())
    assert "Autoriteit Voorbeeld" in text and "Wet Voorbeeld, 3" in text and "by 2026-05-05 09:30 UTC" in text
    assert "asks you to remove" not in text


def test_a_proxy_is_asked_for_the_origin_and_a_host_is_not() -> None:
    proxy = render_notice(make.content(is_proxy=True), make.head(), machine_parts=True)
    assert "tell us where the content is stored" in proxy and "you do not store" in proxy
    assert "where the content is stored" not in render_notice(make.content(), make.head(), machine_parts=True)


def test_what_to_keep_follows_the_law_of_whoever_gets_it() -> None:
    for keeping, words in [("as_law", "what your law asks"), ("delete", "Keep no copy"), ("us", "2258A")]:
        law = Law(country="NL", keeping=keeping)  # type: ignore[arg-type]  # a parameter of the test
        text = " ".join(
            render_notice(make.content(receiver_law=law), make.head(), machine_parts=True).split()
        )
        assert words in text and "Do not look at the content" in text and "do not pass it on" in text


def test_every_letter_says_how_to_object_and_how_to_see_that_it_is_ours() -> None:
    for text in (
        render_notice(make.content(), make.head(), machine_parts=True),
        render_retraction(make.retraction(), make.head()),
    ):
        assert f"https://hotline.test/verify/{make.TOKEN}" in text and make.MESSAGE_ID in text
    notice = render_notice(make.content(), make.head(), machine_parts=True)
    assert "https://hotline.test/appeal/" in notice
    assert "appeal" not in render_notice(make.content(), make.head(appeal=""), machine_parts=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_retraction_names_the_notice_and_its_day(language: str) -> None:
    text = render_retraction(make.retraction(language=language), make.head())
    assert make.EARLIER in text and "2026-05-03" in text
    assert [line for line in text.splitlines() if "://" in line and "/verify/" not in line] == []
