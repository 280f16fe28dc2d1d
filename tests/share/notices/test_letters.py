from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.egress.test_letters import PAYLOADS
from tests.share.notices import telling as make
from tests.share.notices.test_tables import sightings
from tutela.kernel.egress.letters import MESSAGE_BYTES_MAX, Letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.errors import Invalid
from tutela.share.notices.contents import SIGHTINGS_MAX, Law, Sighting
from tutela.share.notices.letters import build_notice_letter, build_retraction_letter
from tutela.share.notices.tables import parse_table
from tutela.share.notices.texts import LANGUAGES
from tutela.share.notices.xarf import parse_xarf

TESTER = parse_mail_address("tester@hotline.test")


def test_a_notice_goes_from_the_house_to_its_recipient_under_its_number() -> None:
    letter = build_notice_letter(make.content(), make.head(), now=make.NOW)
    read = make.message(letter)
    assert (letter.message_id, str(letter.recipient)) == (make.MESSAGE_ID, "abuse@host.test")
    assert str(letter.sender) == "notices@hotline.test" and "Meldpunt Voorbeeld" in read["From"]
    assert read["Auto-Submitted"] == "auto-generated" and read["In-Reply-To"] is None
    assert read["Date"] == "Mon, 04 May 2026 09:30:00 +0000"


def test_the_parts_say_the_same() -> None:
    letter = build_notice_letter(make.content(), make.head(), now=make.NOW)
    files = make.attachments(letter)
    assert list(files) == ["addresses.csv", "xarf-001.json", "xarf-002.json"]
    named = [one.url.canonical for one in make.content().sightings]
    assert [one.url.canonical for one in parse_table(files["addresses.csv"].decode())] == named
    assert [parse_xarf(files[f"xarf-00{number}.json"]).url for number in (1, 2)] == named
    assert all(url in make.text(letter) for url in named)


@settings(max_examples=30)
@given(st.lists(sightings(), min_size=1, max_size=3, unique_by=lambda one: one.url.canonical))
def test_what_is_in_a_letter_is_read_back(given_sightings: list[Sighting]) -> None:
    letter = build_notice_letter(make.content(sightings=tuple(given_sightings)), make.head(), now=make.NOW)
    files = make.attachments(letter)
    assert parse_table(files.pop("addresses.csv").decode()) == tuple(given_sightings)
    assert [parse_xarf(file).url for file in files.values()] == [one.url.canonical for one in given_sightings]
    lines = make.text(letter).splitlines()
    for number, one in enumerate(given_sightings, 1):
        assert f"  {number}. {one.url.canonical}" in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_address_stands_in_a_header(language: str) -> None:
    for one in make.every_kind(language):
        letter = build_notice_letter(one, make.head(), now=make.NOW)
        head = letter.content.partition(b"\r\n\r\n")[0]
        assert b"://" not in head and b"pictures" not in head and b"5a5a" not in head
        for part in make.message(letter).walk():
            assert "pictures.test" not in "".join(str(value) for value in part.values())


def test_the_same_notice_is_the_same_bytes_at_every_attempt() -> None:
    first = build_notice_letter(make.content(), make.head(), now=make.NOW)
    assert first.content == build_notice_letter(make.content(), make.head(), now=make.NOW).content


def test_nothing_on_the_way_has_to_be_rewritten() -> None:
    letter = build_notice_letter(make.content(language="fr"), make.head(name="Réseau d'écoute"), now=make.NOW)
    assert letter.content.isascii() and max(map(len, letter.content.split(b"\r\n"))) <= 998
    assert "délai" in make.text(letter) and "Réseau" in make.message(letter)["From"]


@pytest.mark.parametrize("language", ["de", "ja"])
def test_the_text_says_its_language(language: str) -> None:
    letter = build_notice_letter(make.content(language=language), make.head(), now=make.NOW)
    body = make.message(letter).get_body(("plain",))
    assert body is not None and body["Content-Language"] == ("de" if language == "de" else "en")


def test_a_reminder_stands_in_the_thread_of_the_first_letter() -> None:
    read = make.message(
        build_notice_letter(make.content(reminder=make.reminder()), make.head(), now=make.NOW)
    )
    assert read["In-Reply-To"] == read["References"] == make.EARLIER_MESSAGE_ID


def tried(payload: str) -> list[Letter]:
    """The letters that can be made with the payload in each place where somebody else's words may stand."""
    ways: list[Callable[[], Letter]] = [
        lambda: build_notice_letter(make.content(), make.head(name=payload), now=make.NOW),
        lambda: build_notice_letter(make.content(), make.head(appeal=payload), now=make.NOW),
        lambda: build_notice_letter(make.content(notice=payload), make.head(), now=make.NOW),
        lambda: build_notice_letter(make.content(message_id=payload), make.head(), now=make.NOW),
        lambda: build_notice_letter(make.content(verify_token=payload), make.head(), now=make.NOW),
        lambda: build_notice_letter(make.content(language=payload), make.head(), now=make.NOW),
        lambda: build_notice_letter(
            make.content(order=replace(make.order(), authority=payload)), make.head(), now=make.NOW
        ),
        lambda: build_notice_letter(
            make.content(sender_law=Law(country="NL", citation=payload)), make.head(), now=make.NOW
        ),
        lambda: build_notice_letter(
            make.content(sightings=(make.sighting(f"https://a.test/{payload}"),)), make.head(), now=make.NOW
        ),
        lambda: build_retraction_letter(
            make.retraction(retracts_message_id=payload), make.head(), now=make.NOW
        ),
    ]
    made = []
    for way in ways:
        with suppress(Invalid):
            made.append(way())
    return made


@pytest.mark.slow
def test_no_payload_adds_a_header_or_a_recipient() -> None:
    names = make.message(build_notice_letter(make.content(), make.head(), now=make.NOW)).keys()
    made = 0
    for payload in PAYLOADS:
        for letter in tried(payload):
            made += 1
            read = make.message(letter)
            assert set(read.keys()) <= {*names, "In-Reply-To", "References", "Content-Language"}
            assert len(read.keys()) == len(set(read.keys()))
            assert str(letter.recipient) == read["To"] == "abuse@host.test"
    assert made > len(PAYLOADS) // 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_header_begins_with_an_empty_line(language: str) -> None:
    """Python folds a value of 70 to 77 characters so: valid mail, which some programs read as empty."""
    for one in make.every_kind(language):
        for number in (None, 1, 12):
            again = replace(one, reminder=make.reminder(number) if number else None)
            for mailbox in (None, TESTER):
                letter = build_notice_letter(again, make.head(), now=make.NOW, test_mailbox=mailbox)
                assert not re.search(rb"(?m)^[A-Za-z-]+: ?\r$", letter.content.partition(b"\r\n\r\n")[0])
    for mailbox in (None, TESTER):
        taken_back = make.retraction(language=language)
        letter = build_retraction_letter(taken_back, make.head(), now=make.NOW, test_mailbox=mailbox)
        assert not re.search(rb"(?m)^[A-Za-z-]+: ?\r$", letter.content.partition(b"\r\n\r\n")[0])


def test_where_the_format_has_no_type_there_is_the_list_alone() -> None:
    letter = build_notice_letter(make.content(legal_class="adult_ncii"), make.head(), now=make.NOW)
    assert list(make.attachments(letter)) == ["addresses.csv"] and "X-ARF" not in make.text(letter)


def test_one_address_has_one_report() -> None:
    one = make.content(sightings=(make.sighting(),))
    assert "xarf.json" in make.attachments(build_notice_letter(one, make.head(), now=make.NOW))


def test_a_retraction_goes_to_the_same_recipient_and_names_no_address() -> None:
    letter = build_retraction_letter(make.retraction(), make.head(), now=make.NOW)
    read = make.message(letter)
    assert str(letter.recipient) == "abuse@host.test" and read["In-Reply-To"] == make.EARLIER_MESSAGE_ID
    assert b"pictures" not in letter.content and not list(read.iter_attachments())
    assert make.EARLIER in read["Subject"] and make.EARLIER in make.text(letter)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_goes_to_the_tester_and_says_so(language: str) -> None:
    content = make.content(language=language, sightings=(make.sighting(),))
    for letter in (
        build_notice_letter(content, make.head(), now=make.NOW, test_mailbox=TESTER),
        build_retraction_letter(
            make.retraction(language=language), make.head(), now=make.NOW, test_mailbox=TESTER
        ),
    ):
        assert letter.recipient == TESTER and make.message(letter)["To"] == str(TESTER)
        assert make.message(letter)["Subject"].startswith("[")
        assert "abuse@host.test" in make.text(letter).partition("\n\n")[0]
    report = make.attachments(build_notice_letter(content, make.head(), now=make.NOW, test_mailbox=TESTER))
    assert parse_xarf(report["xarf.json"]).is_test


@pytest.mark.slow
def test_as_many_addresses_as_a_notice_may_name_fit_into_a_message() -> None:
    many = tuple(make.sighting(f"https://pictures.test/album/{'a' * 120}/{n}") for n in range(SIGHTINGS_MAX))
    letter = build_notice_letter(make.content(sightings=many), make.head(), now=make.NOW)
    assert len(letter.content) < MESSAGE_BYTES_MAX and len(make.attachments(letter)) == SIGHTINGS_MAX + 1


@pytest.mark.slow
def test_what_is_larger_than_a_message_is_refused() -> None:
    many = tuple(make.sighting(f"https://pictures.test/{'a' * 1_900}/{n}") for n in range(SIGHTINGS_MAX))
    with pytest.raises(Invalid) as told:
        build_notice_letter(make.content(sightings=many), make.head(), now=make.NOW)
    assert told.value.field == "message"
